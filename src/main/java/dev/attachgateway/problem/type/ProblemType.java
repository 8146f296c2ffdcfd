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

/** Every way in which a request can fail: its status, its code, and what its sender does next. */
public enum ProblemType {
    NOT_AUTHENTICATED(
            401,
            EVERYWHERE,
            "The caller is not known.",
            "Get a token from an issuer this gateway knows, and send it as Authorization: Bearer or X-Auth-Token; or sign the"
                    + " request anew with an access key of this gateway."),
    CREDENTIALS_DISAGREE(400, EVERYWHERE, "Two credentials disagree.", "Send Authorization or X-Auth-Token, not both."),
    NOT_GRANTED(
            403,
            EVERYWHERE,
            "The caller may not do this.",
            "Ask the operator of the gateway for a grant that names this project, server, disk and action."),
    CROSS_SITE(
            403,
            EVERYWHERE,
            "Another site's page may have made a browser send this.",
            "Send X-Requested-With, with any value, from a page of the gateway's own origin or of one in access.origins."),
    ACCESS_UNDECIDED(
            503,
            EVERYWHERE,
            "It could not be decided whether the caller may do this.",
            "Try again after the time in Retry-After; if it lasts, tell the operator of the gateway."),
    INVALID_REQUEST(
            400, EVERYWHERE, "The request has the wrong shape.", "Correct what errors names and send it again."),
    MALFORMED_JSON(
            400, BODY, "The body is not the JSON that is expected.", "Correct what errors names and send it again."),
    KEY_REUSED(
            422,
            ATTACH,
            "The idempotency key was used for another request.",
            "Choose a new key for a new request; the old one stands for what it was first sent with."),
    KEY_IN_PROGRESS(
            409,
            ATTACH,
            "The first request with this idempotency key is being recorded at this moment.",
            "Send the request again, with the same key, after the time in Retry-After."),
    NO_SUCH_PATH(404, EVERYWHERE, "There is nothing at this address.", "Compare the address with /openapi."),
    METHOD_NOT_ALLOWED(
            405,
            EVERYWHERE,
            "The address does not take this method.",
            "Use one of the methods that the header Allow or /openapi names."),
    NOT_ACCEPTABLE(
            406,
            EVERYWHERE,
            "The answer cannot be given in any type that Accept names.",
            "Accept application/json, or text/event-stream where /openapi says so."),
    BODY_TOO_LARGE(
            413, EVERYWHERE, "The body is larger than any valid request.", "Send the body that /openapi describes."),
    ADDRESS_TOO_LONG(
            414, EVERYWHERE, "The address is longer than any valid one.", "Send the address that /openapi describes."),
    UNSUPPORTED_MEDIA_TYPE(
            415, BODY, "The body is declared as something else than JSON.", "Send Content-Type: application/json."),
    HEADERS_TOO_LARGE(431, EVERYWHERE, "The headers are larger than is taken.", "Send fewer or shorter headers."),

    OPERATION_NOT_FOUND(
            404,
            OPERATION,
            "The server has no such operation.",
            "Compare the id, the server and the project with the answer to the attach."),
    MALFORMED_EVENT_ID(
            400,
            STREAM,
            "The last event id is not one of this stream.",
            "Send the id as it was received, or none for a fresh snapshot."),
    TOO_MANY_REQUESTS(
            429,
            EVERYWHERE,
            "More requests came than are let in.",
            "Send the request again after the time in Retry-After, and the next ones as far apart as RateLimit-Policy says."),
    TOO_MANY_STREAMS(
            429,
            STREAM,
            "The caller or the project has as many streams open as it may have.",
            "Close some, or open it again after the time in Retry-After; one feed tells of all operations of a project."),
    REPLICA_FULL(
            503,
            STREAM,
            "This replica has as many streams open as it takes.",
            "Open it again after the time in Retry-After; another replica may have room."),
    TOO_MANY_TICKETS(
            429,
            TICKET,
            "The caller has as many unused tickets as it may have.",
            "Use them, or fetch another one after the time in Retry-After; a ticket is fetched just before its stream is opened."),
    ALREADY_SENT(
            409,
            CANCEL,
            "The operation can be cancelled no more: a request of it may have left, or it has ended.",
            "Follow it to its end; what it did is taken back by the opposite operation."),
    STILL_SENDING(
            409,
            RELEASE,
            "The operation cannot be released yet: its request may still be on its way.",
            "Send the release again after the time in Retry-After."),
    ALREADY_ENDED(
            409,
            RELEASE,
            "The operation has ended, so there is nothing to release.",
            "Read the operation: it says how it ended."),
    NOT_UNSETTLED(
            409,
            SETTLE,
            "The outcome of the operation is not in question.",
            "Read the operation: its step says what is being done about it."),

    SERVER_NOT_FOUND(
            404,
            SERVER,
            "The cloud knows no such server in this project.",
            "Use the id of the Lite Server, not the id of its cloud server."),
    DISK_NOT_FOUND(
            404,
            DISK,
            "The cloud knows no such disk in this project.",
            "Compare the id with the disks of the project in EVS."),
    UNSUPPORTED_SERVER_TYPE(
            422, ATTACH, "Servers of this kind take and give no disks.", "Choose an A3 server (type or category HPS)."),
    SERVER_STATE(
            409,
            ATTACH,
            "The server is not in a state in which it takes a disk.",
            "Wait until it is RUNNING or STOPPED, then send the request again."),
    DISK_ALREADY_ATTACHED(
            409,
            ATTACH,
            "The disk is attached to this server already.",
            "Nothing is to be done; attached_by_operation_id names the operation that did it, where it is known."),
    DISK_IN_USE(409, ATTACH, "The disk is in use on another server.", "Detach it there first, or use another disk."),
    DISK_STATE(
            409,
            ATTACH,
            "The disk is not in a state in which it can be attached.",
            "Wait until EVS shows it as available (to attach) or in-use (to detach), then send the request again."),
    DISK_NOT_ATTACHED(
            409,
            ATTACH,
            "The disk is not attached to this server.",
            "Nothing is to be detached here; EVS shows which server has the disk."),
    ROOT_DISK(
            422,
            ATTACH,
            "The disk is the server's system disk.",
            "Choose a data disk; a system disk stays with its server."),
    CANCELLED(
            409,
            ATTACH,
            "The operation was cancelled before it was sent.",
            "Send the request again if it is wanted after all."),
    RELEASED(
            409,
            ATTACH,
            "An operator ended the operation by hand; what the cloud made of it is not known.",
            "Look in EVS where the disk is before you send the request again."),
    ROLLED_BACK(
            502,
            ATTACH,
            "The cloud began to carry the request out, and nothing of it was left.",
            "Send the request again; if it ends so once more, ask the cloud's support with the time and the ids."),
    DISK_RESERVED(
            409,
            ATTACH,
            "Another operation has the disk.",
            "Wait until that operation ends (held_by_operation_id names it where you may see it), then send the request again."),
    DISK_CONTENDED(
            409,
            ATTACH,
            "Others reserve and release the disk at this moment.",
            "Send the request again after the time in Retry-After."),
    CLOUD_REFUSED(
            422,
            CLOUD,
            "The cloud refused the request; error_code is its own.",
            "Look the code up in the cloud's documentation, correct the cause and send the request again."),
    CLOUD_CREDENTIAL(
            502,
            CLOUD,
            "The cloud refused the gateway's own credential; error_code is its own.",
            "Tell the operator of the gateway: its credential for this project has to be renewed or given the permission."),
    CLOUD_FAILED(
            502,
            ATTACH,
            "The cloud accepted the request, and its operation failed; error_code is its own.",
            "Look the code up in the cloud's documentation; the disk is free again."),
    CLOUD_NOT_READABLE(
            503,
            ATTACH,
            "Server and disk could not be looked at, so nothing was sent.",
            "Send the request again after the time in Retry-After, or with Prefer: respond-async to let the gateway keep trying."),
    NOT_SENT(
            503,
            ATTACH,
            "The request could not be sent to the cloud in time; it surely did not begin.",
            "Send the request again after the time in Retry-After, with a new idempotency key if it had one."),
    CLOUD_UNAVAILABLE(
            503,
            ATTACH,
            "Calls to the cloud are paused, because it does not answer or an operator stopped them; nothing was begun.",
            "Send the request again after the time in Retry-After, or with Prefer: respond-async to have it wait here."),
    LIST_TOO_LONG(
            422,
            LISTS,
            "There are more servers or disks than are looked through for a caller who may not see all of them.",
            "Read those you need by their ids, or narrow the list with its filters."),
    INVENTORY_UNAVAILABLE(
            503,
            INVENTORY,
            "The cloud cannot be read at this moment.",
            "Send the request again after the time in Retry-After."),
    NO_CREDENTIAL(
            503,
            CLOUD,
            "The gateway has no credential for this project of the cloud.",
            "Tell the operator of the gateway to add one."),
    RESERVATION_UNKNOWN(
            503,
            ATTACH,
            "The database did not say whether the request was recorded.",
            "Read the operation that operation_id names: if it is there it goes on, if it is not found nothing was begun. Sending the same request again is safe as well."),
    STORAGE_UNAVAILABLE(503, EVERYWHERE, "The database does not answer.", "Try again after the time in Retry-After."),
    INTERNAL(
            500,
            EVERYWHERE,
            "The gateway failed in a way nobody expected.",
            "Give the operator of the gateway the request_id; whether anything was begun shows in the project's operations.");

    private static final Pattern WORD = Pattern.compile("(?:^|_)([A-Z]+)");

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

    /** The gateway's own code, such as {@code Gateway.DiskInUse}; the cloud's takes its place where it has one. */
    public String code() {
        return "Gateway."
                + WORD.matcher(name())
                        .replaceAll(word -> word.group(1).charAt(0)
                                + word.group(1).substring(1).toLowerCase(Locale.ROOT));
    }

    /** The problem's type (RFC 9457): an address within the documentation that comes with the gateway. */
    public String type() {
        return "urn:attach-gateway:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String title() {
        return title;
    }

    public String nextStep() {
        return nextStep;
    }

    public AffectedOperations where() {
        return affectedOperations;
    }
}
