package dev.attachgateway.problem.type;

import static dev.attachgateway.problem.type.AffectedOperations.ATTACH;
import static dev.attachgateway.problem.type.AffectedOperations.BODY;
import static dev.attachgateway.problem.type.AffectedOperations.CANCEL;
import static dev.attachgateway.problem.type.AffectedOperations.CLOUD;
import static dev.attachgateway.problem.type.AffectedOperations.DISK;
import static dev.attachgateway.problem.type.AffectedOperations.EVERYWHERE;
import static dev.attachgateway.problem.type.AffectedOperations.INVENTORY;
import static dev.attachgateway.problem.type.AffectedOperations.LISTS;
import static dev.attachgateway.problem.type.AffectedOperations.OPERATION;
import static dev.attachgateway.problem.type.AffectedOperations.RELEASE;
import static dev.attachgateway.problem.type.AffectedOperations.SERVER;
import static dev.attachgateway.problem.type.AffectedOperations.SETTLE;
import static dev.attachgateway.problem.type.AffectedOperations.STREAM;
import static dev.attachgateway.problem.type.AffectedOperations.TICKET;

import java.util.Locale;
import java.util.regex.Pattern;

/** The problems that a request can fail with: status, code, title and next step of the caller. */
public enum ProblemType {
    NOT_AUTHENTICATED(
            401,
            EVERYWHERE,
            "Authentication is required or the credential is invalid.",
            "Get a token from an issuer that this gateway trusts and send it as Authorization: Bearer or"
                    + " X-Auth-Token, or sign the request again with an access key of this gateway."),
    CREDENTIALS_DISAGREE(
            400,
            EVERYWHERE,
            "The request carries conflicting credentials.",
            "Send Authorization or X-Auth-Token, not both."),
    NOT_GRANTED(
            403,
            EVERYWHERE,
            "The caller does not have permission for this request.",
            "Ask the operator of the gateway for a grant that names this project, server, disk and action."),
    CROSS_SITE(
            403,
            EVERYWHERE,
            "The request may be a cross-site request forgery.",
            "Send X-Requested-With, with any value, from a page of the gateway's own origin or of an origin in"
                    + " access.origins."),
    ACCESS_UNDECIDED(
            503,
            EVERYWHERE,
            "The gateway could not decide whether the caller has permission.",
            "Retry after the time in Retry-After; if the error persists, notify the operator of the gateway."),
    INVALID_REQUEST(
            400,
            EVERYWHERE,
            "The request is invalid.",
            "Correct the fields that errors names and send the request again."),
    MALFORMED_JSON(
            400,
            BODY,
            "The body is not the expected JSON.",
            "Correct the fields that errors names and send the request again."),
    KEY_REUSED(
            422,
            ATTACH,
            "The idempotency key was used for another request.",
            "Use a new key for a new request; the old key stays bound to the request it was first sent with."),
    KEY_IN_PROGRESS(
            409,
            ATTACH,
            "The first request with this idempotency key is still being recorded.",
            "Send the request again, with the same key, after the time in Retry-After."),
    NO_SUCH_PATH(404, EVERYWHERE, "No such path.", "Compare the path with /openapi."),
    METHOD_NOT_ALLOWED(
            405, EVERYWHERE, "Method not allowed.", "Use one of the methods that the header Allow or /openapi names."),
    NOT_ACCEPTABLE(
            406,
            EVERYWHERE,
            "The response is not available in any media type that Accept names.",
            "Accept application/json, or text/event-stream where /openapi lists it."),
    BODY_TOO_LARGE(
            413,
            EVERYWHERE,
            "The body is larger than any valid request body.",
            "Send the body that /openapi describes."),
    ADDRESS_TOO_LONG(414, EVERYWHERE, "The URL is longer than any valid URL.", "Send the URL that /openapi describes."),
    UNSUPPORTED_MEDIA_TYPE(
            415, BODY, "The media type of the body is not JSON.", "Send Content-Type: application/json."),
    HEADERS_TOO_LARGE(431, EVERYWHERE, "The request headers exceed the size limit.", "Send fewer or shorter headers."),

    OPERATION_NOT_FOUND(
            404,
            OPERATION,
            "The server has no such operation.",
            "Compare the id, the server and the project with the response to the attach."),
    MALFORMED_EVENT_ID(
            400,
            STREAM,
            "The last event id does not belong to this stream.",
            "Send the id as it was received, or none for a new snapshot."),
    TOO_MANY_REQUESTS(
            429,
            EVERYWHERE,
            "Too many requests.",
            "Send the request again after the time in Retry-After, and space later requests as RateLimit-Policy"
                    + " states."),
    TOO_MANY_STREAMS(
            429,
            STREAM,
            "The caller or the project has reached its limit of open streams.",
            "Close some, or open the stream again after the time in Retry-After; one feed reports all operations of"
                    + " a project."),
    REPLICA_FULL(
            503,
            STREAM,
            "This replica has reached its limit of open streams.",
            "Open the stream again after the time in Retry-After; another replica may have capacity."),
    TOO_MANY_TICKETS(
            429,
            TICKET,
            "The caller has reached its limit of unused tickets.",
            "Use them, or request another one after the time in Retry-After; request a ticket just before opening"
                    + " its stream."),
    ALREADY_SENT(
            409,
            CANCEL,
            "The operation can no longer be cancelled: its request may have been sent, or it has ended.",
            "Follow the operation to its end; the opposite operation reverses its effect."),
    STILL_SENDING(
            409,
            RELEASE,
            "The operation cannot be released yet: its request may still be in flight.",
            "Send the release again after the time in Retry-After."),
    ALREADY_ENDED(
            409,
            RELEASE,
            "The operation has ended, so there is nothing to release.",
            "Read the operation: it states how it ended."),
    NOT_UNSETTLED(
            409,
            SETTLE,
            "The operation is not unsettled.",
            "Read the operation: its step states what the gateway is doing."),

    SERVER_NOT_FOUND(
            404,
            SERVER,
            "The cloud has no such server in this project.",
            "Use the id of the Lite Server, not the id of its cloud server."),
    DISK_NOT_FOUND(
            404,
            DISK,
            "The cloud has no such disk in this project.",
            "Compare the id with the disks of the project in EVS."),
    UNSUPPORTED_SERVER_TYPE(
            422,
            ATTACH,
            "This server type does not support attaching disks.",
            "Choose an A3 server (type or category HPS)."),
    SERVER_STATE(
            409,
            ATTACH,
            "The server is not in a state that allows attaching a disk.",
            "Wait until it is RUNNING or STOPPED, then send the request again."),
    DISK_ALREADY_ATTACHED(
            409,
            ATTACH,
            "The disk is already attached to this server.",
            "No action is needed; attached_by_operation_id names the operation that attached it, where it is known."),
    DISK_IN_USE(409, ATTACH, "The disk is in use on another server.", "Detach it there first, or use another disk."),
    DISK_STATE(
            409,
            ATTACH,
            "The disk is not in a state that allows this request.",
            "Wait until EVS shows it as available (to attach) or in-use (to detach), then send the request again."),
    DISK_NOT_ATTACHED(
            409,
            ATTACH,
            "The disk is not attached to this server.",
            "No detach is needed here; EVS shows which server has the disk."),
    ROOT_DISK(
            422,
            ATTACH,
            "The disk is the server's system disk.",
            "Choose a data disk; a system disk stays with its server."),
    CANCELLED(
            409,
            ATTACH,
            "The operation was cancelled before its request was sent.",
            "Send the request again if it is still wanted."),
    RELEASED(
            409,
            ATTACH,
            "An operator released the operation; its outcome in the cloud is unknown.",
            "Check in EVS where the disk is before you send the request again."),
    ROLLED_BACK(
            502,
            ATTACH,
            "The cloud began to carry out the request and rolled it back.",
            "Send the request again; if it happens again, contact the cloud's support with the time and the ids."),
    DISK_RESERVED(
            409,
            ATTACH,
            "Another operation has reserved the disk.",
            "Wait until that operation ends (held_by_operation_id names it if you may read it), then send the request"
                    + " again."),
    DISK_CONTENDED(
            409,
            ATTACH,
            "Concurrent requests are reserving and releasing the disk.",
            "Send the request again after the time in Retry-After."),
    CLOUD_REFUSED(
            422,
            CLOUD,
            "The cloud refused the request; error_code is the cloud's code.",
            "Look up the code in the cloud's documentation, correct the cause and send the request again."),
    CLOUD_CREDENTIAL(
            502,
            CLOUD,
            "The cloud refused the gateway's own credential; error_code is the cloud's code.",
            "Notify the operator of the gateway: its credential for this project must be renewed or granted the"
                    + " permission."),
    CLOUD_FAILED(
            502,
            ATTACH,
            "The cloud accepted the request, and its operation failed; error_code is the cloud's code.",
            "Look up the code in the cloud's documentation; the disk is free again."),
    CLOUD_NOT_READABLE(
            503,
            ATTACH,
            "Server and disk could not be read; nothing was sent.",
            "Send the request again after the time in Retry-After, or with Prefer: respond-async to let the gateway"
                    + " retry."),
    NOT_SENT(
            503,
            ATTACH,
            "The request could not be sent to the cloud in time; nothing was begun.",
            "Send the request again after the time in Retry-After, with a new idempotency key if it had one."),
    CLOUD_UNAVAILABLE(
            503,
            ATTACH,
            "Calls to the cloud are paused, because it does not respond or an operator stopped them; nothing was"
                    + " begun.",
            "Send the request again after the time in Retry-After, or with Prefer: respond-async to queue it in the"
                    + " gateway."),
    LIST_TOO_LONG(
            422,
            LISTS,
            "There are more servers or disks than the gateway scans for a caller who may not see all of them.",
            "Read the ones you need by their ids, or narrow the list with its filters."),
    INVENTORY_UNAVAILABLE(
            503,
            INVENTORY,
            "The cloud cannot be read at the moment.",
            "Send the request again after the time in Retry-After."),
    NO_CREDENTIAL(
            503,
            CLOUD,
            "The gateway has no credential for this project of the cloud.",
            "Ask the operator of the gateway to add one."),
    RESERVATION_UNKNOWN(
            503,
            ATTACH,
            "The database did not confirm whether the request was recorded.",
            "Read the operation that operation_id names: if it exists, it continues; if it is not found, nothing was"
                    + " begun. Sending the same request again is also safe."),
    STORAGE_UNAVAILABLE(
            503, EVERYWHERE, "The database does not respond.", "Send the request again after the time in Retry-After."),
    INTERNAL(
            500,
            EVERYWHERE,
            "Unexpected internal error.",
            "Give the request_id to the operator of the gateway; the project's operations show whether anything was"
                    + " begun.");

    private static final Pattern NAME_WORD = Pattern.compile("(?:^|_)([A-Z]+)");

    private final int status;
    private final AffectedOperations affectedOperations;
    private final String title;
    private final String nextStep;

    ProblemType(int status, AffectedOperations affectedOperations, String title, String nextStep) {
        this.status = status;
        this.affectedOperations = affectedOperations;
        this.title = title;
        this.nextStep = nextStep;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The gateway's code, such as {@code Gateway.DiskInUse}; a code of the cloud takes precedence in responses. */
    public String code() {
        return "Gateway."
                + NAME_WORD
                        .matcher(name())
                        .replaceAll(word -> word.group(1).charAt(0)
                                + word.group(1).substring(1).toLowerCase(Locale.ROOT));
    }

    /** The problem type (RFC 9457), a URN such as {@code urn:attach-gateway:problem:disk-in-use}. */
    public String type() {
        return "urn:attach-gateway:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The summary of the problem, the same for each occurrence. */
    public String title() {
        return title;
    }

    /** What the caller does next. */
    public String nextStep() {
        return nextStep;
    }

    /** The API operations whose responses can carry the problem. */
    public AffectedOperations affectedOperations() {
        return affectedOperations;
    }
}
