package dev.attachgateway.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.ConflictingCredentialsException;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.access.browser.CrossSiteRequestException;
import dev.attachgateway.access.policy.AccessDeniedException;
import dev.attachgateway.access.ratelimit.RateLimitExceededException;
import dev.attachgateway.access.session.InvalidReturnUrlException;
import dev.attachgateway.access.ticket.TicketLimitExceededException;
import dev.attachgateway.attach.CloudUnavailableException;
import dev.attachgateway.attach.DiskReservedException;
import dev.attachgateway.attach.OperationFailedException;
import dev.attachgateway.inventory.InventoryReadException;
import dev.attachgateway.operation.intervention.InterventionRejectedException;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.reservation.DiskContendedException;
import dev.attachgateway.operation.reservation.IdempotencyKeyInProgressException;
import dev.attachgateway.operation.reservation.ReservationUnknownException;
import dev.attachgateway.operation.store.IdempotencyKeyReusedException;
import dev.attachgateway.operation.store.OperationNotFoundException;
import dev.attachgateway.request.InvalidRequestException;
import dev.attachgateway.stream.EventLog;
import dev.attachgateway.stream.MalformedEventId;
import dev.attachgateway.stream.TooManyStreams;
import dev.attachgateway.upstream.NoCredential;
import io.vertx.ext.web.handler.HttpException;
import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recognises failures: from whatever was thrown to the one complaint it is. */
final class Desk {
    private static final Duration SOON = Duration.ofSeconds(2);

    private Desk() {}

    /**
     * What a failure is.
     *
     * @param status the status that whoever failed chose, or -1
     * @param failure null when only a status is known
     */
    static Finding recognise(int status, @Nullable Throwable failure) {
        return switch (failure) {
            case null -> byStatus(status);
            case NotAuthenticatedException no ->
                Finding.of(Complaint.NOT_AUTHENTICATED, no.getMessage()).header("WWW-Authenticate", no.challenge());
            case ConflictingCredentialsException no -> Finding.of(Complaint.CREDENTIALS_DISAGREE, no.getMessage());
            case AccessDeniedException no -> Finding.of(Complaint.NOT_GRANTED, no.getMessage());
            case CrossSiteRequestException forged -> Finding.of(Complaint.CROSS_SITE, forged.getMessage());
            case InvalidReturnUrlException bad -> Finding.of(Complaint.INVALID_REQUEST, bad.getMessage());
            case AuthorizationUnavailableException open ->
                Finding.of(Complaint.ACCESS_UNDECIDED, open.getMessage()).retryAfter(SOON);
            case RateLimitExceededException often ->
                Finding.of(Complaint.TOO_MANY_REQUESTS, often.getMessage()).retryAfter(often.retryAfter());
            case InvalidRequestException wrong -> invalid(wrong);
            case IdempotencyKeyReusedException other -> Finding.of(Complaint.KEY_REUSED);
            case IdempotencyKeyInProgressException first ->
                Finding.of(Complaint.KEY_IN_PROGRESS).retryAfter(SOON);
            case OperationNotFoundException none -> Finding.of(Complaint.OPERATION_NOT_FOUND);
            case InterventionRejectedException tied -> tied(tied);
            case MalformedEventId id -> Finding.of(Complaint.MALFORMED_EVENT_ID, id.getMessage() + ".");
            case TooManyStreams full ->
                Finding.of(
                                full.of() == TooManyStreams.Of.REPLICA
                                        ? Complaint.REPLICA_FULL
                                        : Complaint.TOO_MANY_STREAMS,
                                full.getMessage())
                        .retryAfter(full.retryAfter());
            case TicketLimitExceededException many ->
                Finding.of(Complaint.TOO_MANY_TICKETS, many.getMessage()).retryAfter(many.retryAfter());
            case OperationFailedException failed -> failed(failed);
            case DiskReservedException reserved ->
                Finding.of(Complaint.DISK_RESERVED).heldBy(reserved.holderId().orElse(null));
            case InventoryReadException not -> notShown(not);
            case DiskContendedException contended ->
                Finding.of(Complaint.DISK_CONTENDED).retryAfter(SOON);
            case CloudUnavailableException ill ->
                Finding.of(Complaint.CLOUD_UNAVAILABLE).retryAfter(ill.retryAfter());
            case NoCredential missing -> Finding.of(Complaint.NO_CREDENTIAL).retryAfter(Duration.ofMinutes(1));
            case ReservationUnknownException unknown ->
                Finding.of(Complaint.RESERVATION_UNKNOWN)
                        .operation(unknown.operationId())
                        .retryAfter(SOON);
            case EventLog.Unavailable database ->
                Finding.of(Complaint.STORAGE_UNAVAILABLE).retryAfter(SOON);
            case HttpException http -> byStatus(http.getStatusCode());
            case WebApplicationException rest ->
                rest.getCause() instanceof JsonProcessingException json
                        ? JsonFault.finding(json)
                        : byStatus(rest.getResponse().getStatus());
            case JsonProcessingException json -> JsonFault.finding(json);
            default -> byStatus(status);
        };
    }

    private static Finding byStatus(int status) {
        return Finding.of(
                switch (status) {
                    case 400 -> Complaint.INVALID_REQUEST;
                    case 401 -> Complaint.NOT_AUTHENTICATED;
                    case 403 -> Complaint.NOT_GRANTED;
                    case 404 -> Complaint.NO_SUCH_PATH;
                    case 405 -> Complaint.METHOD_NOT_ALLOWED;
                    case 406 -> Complaint.NOT_ACCEPTABLE;
                    case 413 -> Complaint.BODY_TOO_LARGE;
                    case 414 -> Complaint.ADDRESS_TOO_LONG;
                    case 415 -> Complaint.UNSUPPORTED_MEDIA_TYPE;
                    case 431 -> Complaint.HEADERS_TOO_LARGE;
                    default -> Complaint.INTERNAL;
                });
    }

    private static Finding invalid(InvalidRequestException wrong) {
        return Finding.of(Complaint.INVALID_REQUEST, wrong.getMessage() + ".")
                .errors(wrong.violations().stream()
                        .map(violation -> new Problem.Detail(violation.field(), null, violation.message()))
                        .toList());
    }

    private static Finding tied(InterventionRejectedException tied) {
        var complaint = switch (tied.reason()) {
            case ALREADY_SENT -> Complaint.ALREADY_SENT;
            case STILL_SENDING -> Complaint.STILL_SENDING;
            case ALREADY_ENDED -> Complaint.ALREADY_ENDED;
            case NOT_UNSETTLED -> Complaint.NOT_UNSETTLED;
        };
        var finding = Finding.of(complaint, tied.getMessage()).operation(tied.operationId());
        return tied.retryAfter().map(finding::retryAfter).orElse(finding);
    }

    private static Finding failed(OperationFailedException failed) {
        var failure = failed.failure();
        var finding = Finding.of(complaint(failure.kind()), failure.message())
                .code(failure.code())
                .operation(failed.operationId())
                .attachedBy(failed.attachedBy().orElse(null))
                .errors(others(failure));
        return finding.complaint().status() == 503 ? finding.retryAfter(SOON) : finding;
    }

    private static Finding notShown(InventoryReadException not) {
        var complaint = switch (not.reason()) {
            case SERVER_NOT_FOUND -> Complaint.SERVER_NOT_FOUND;
            case DISK_NOT_FOUND -> Complaint.DISK_NOT_FOUND;
            case REQUEST_REFUSED -> Complaint.CLOUD_REFUSED;
            case CREDENTIAL_REFUSED -> Complaint.CLOUD_CREDENTIAL;
            case UNAVAILABLE -> Complaint.INVENTORY_UNAVAILABLE;
            case LIST_TOO_LONG -> Complaint.LIST_TOO_LONG;
        };
        var code = not.cloudErrorCode();
        var finding = Finding.of(complaint, not.getMessage()).code(code == null ? complaint.code() : code);
        return complaint.status() == 503 ? finding.retryAfter(not.retryAfter().orElse(SOON)) : finding;
    }

    private static List<Problem.Detail> others(OperationFailure failure) {
        return failure.others().stream()
                .map(other -> new Problem.Detail(null, other.code(), other.message()))
                .toList();
    }

    /** What an operation that ended so is called. */
    static Complaint complaint(OperationFailure.Kind kind) {
        return switch (kind) {
            case SERVER_NOT_FOUND -> Complaint.SERVER_NOT_FOUND;
            case DISK_NOT_FOUND -> Complaint.DISK_NOT_FOUND;
            case SERVER_KIND -> Complaint.SERVER_KIND;
            case SERVER_STATE -> Complaint.SERVER_STATE;
            case DISK_ALREADY_HERE -> Complaint.DISK_ALREADY_HERE;
            case DISK_IN_USE -> Complaint.DISK_IN_USE;
            case DISK_STATE -> Complaint.DISK_STATE;
            case DISK_NOT_HERE -> Complaint.DISK_NOT_HERE;
            case ROOT_DISK -> Complaint.ROOT_DISK;
            case NOT_GRANTED -> Complaint.NOT_GRANTED;
            case CANCELLED -> Complaint.CANCELLED;
            case RELEASED -> Complaint.RELEASED;
            case UNDONE -> Complaint.UNDONE;
            case REFUSED -> Complaint.CLOUD_REFUSED;
            case CREDENTIAL -> Complaint.CLOUD_CREDENTIAL;
            case FAILED_LATER -> Complaint.CLOUD_FAILED;
            case NOT_CHECKED -> Complaint.CLOUD_NOT_READABLE;
            case NOT_SENT -> Complaint.NOT_SENT;
        };
    }
}
