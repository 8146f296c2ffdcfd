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
import dev.attachgateway.database.DatabaseUnavailableException;
import dev.attachgateway.inventory.InventoryReadException;
import dev.attachgateway.operation.intervention.InterventionRejectedException;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.reservation.DiskContendedException;
import dev.attachgateway.operation.reservation.IdempotencyKeyInProgressException;
import dev.attachgateway.operation.reservation.ReservationUnknownException;
import dev.attachgateway.operation.store.IdempotencyKeyReusedException;
import dev.attachgateway.operation.store.OperationNotFoundException;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.request.InvalidRequestException;
import dev.attachgateway.stream.eventlog.MalformedEventIdException;
import dev.attachgateway.stream.subscription.StreamLimitExceededException;
import dev.attachgateway.upstream.credential.MissingCredentialException;
import io.vertx.ext.web.handler.HttpException;
import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recognises failures: from whatever was thrown to the one complaint it is. */
final class ProblemMapper {
    private static final Duration SOON = Duration.ofSeconds(2);

    private ProblemMapper() {}

    /**
     * What a failure is.
     *
     * @param status the status that whoever failed chose, or -1
     * @param failure null when only a status is known
     */
    static ProblemBuilder recognise(int status, @Nullable Throwable failure) {
        return switch (failure) {
            case null -> byStatus(status);
            case NotAuthenticatedException no ->
                ProblemBuilder.of(ProblemType.NOT_AUTHENTICATED, no.getMessage())
                        .header("WWW-Authenticate", no.challenge());
            case ConflictingCredentialsException no ->
                ProblemBuilder.of(ProblemType.CREDENTIALS_DISAGREE, no.getMessage());
            case AccessDeniedException no -> ProblemBuilder.of(ProblemType.NOT_GRANTED, no.getMessage());
            case CrossSiteRequestException forged -> ProblemBuilder.of(ProblemType.CROSS_SITE, forged.getMessage());
            case InvalidReturnUrlException bad -> ProblemBuilder.of(ProblemType.INVALID_REQUEST, bad.getMessage());
            case AuthorizationUnavailableException open ->
                ProblemBuilder.of(ProblemType.ACCESS_UNDECIDED, open.getMessage())
                        .retryAfter(SOON);
            case RateLimitExceededException often ->
                ProblemBuilder.of(ProblemType.TOO_MANY_REQUESTS, often.getMessage())
                        .retryAfter(often.retryAfter());
            case InvalidRequestException wrong -> invalid(wrong);
            case IdempotencyKeyReusedException other -> ProblemBuilder.of(ProblemType.KEY_REUSED);
            case IdempotencyKeyInProgressException first ->
                ProblemBuilder.of(ProblemType.KEY_IN_PROGRESS).retryAfter(SOON);
            case OperationNotFoundException none -> ProblemBuilder.of(ProblemType.OPERATION_NOT_FOUND);
            case InterventionRejectedException tied -> tied(tied);
            case MalformedEventIdException id ->
                ProblemBuilder.of(ProblemType.MALFORMED_EVENT_ID, id.getMessage() + ".");
            case StreamLimitExceededException full ->
                ProblemBuilder.of(
                                full.of() == StreamLimitExceededException.Of.REPLICA
                                        ? ProblemType.REPLICA_FULL
                                        : ProblemType.TOO_MANY_STREAMS,
                                full.getMessage())
                        .retryAfter(full.retryAfter());
            case TicketLimitExceededException many ->
                ProblemBuilder.of(ProblemType.TOO_MANY_TICKETS, many.getMessage())
                        .retryAfter(many.retryAfter());
            case OperationFailedException failed -> failed(failed);
            case DiskReservedException reserved ->
                ProblemBuilder.of(ProblemType.DISK_RESERVED)
                        .heldBy(reserved.holderId().orElse(null));
            case InventoryReadException not -> notShown(not);
            case DiskContendedException contended ->
                ProblemBuilder.of(ProblemType.DISK_CONTENDED).retryAfter(SOON);
            case CloudUnavailableException ill ->
                ProblemBuilder.of(ProblemType.CLOUD_UNAVAILABLE).retryAfter(ill.retryAfter());
            case MissingCredentialException missing ->
                ProblemBuilder.of(ProblemType.NO_CREDENTIAL).retryAfter(Duration.ofMinutes(1));
            case ReservationUnknownException unknown ->
                ProblemBuilder.of(ProblemType.RESERVATION_UNKNOWN)
                        .operation(unknown.operationId())
                        .retryAfter(SOON);
            case DatabaseUnavailableException database ->
                ProblemBuilder.of(ProblemType.STORAGE_UNAVAILABLE).retryAfter(SOON);
            case HttpException http -> byStatus(http.getStatusCode());
            case WebApplicationException rest ->
                rest.getCause() instanceof JsonProcessingException json
                        ? JsonProblems.finding(json)
                        : byStatus(rest.getResponse().getStatus());
            case JsonProcessingException json -> JsonProblems.finding(json);
            default -> byStatus(status);
        };
    }

    private static ProblemBuilder byStatus(int status) {
        return ProblemBuilder.of(
                switch (status) {
                    case 400 -> ProblemType.INVALID_REQUEST;
                    case 401 -> ProblemType.NOT_AUTHENTICATED;
                    case 403 -> ProblemType.NOT_GRANTED;
                    case 404 -> ProblemType.NO_SUCH_PATH;
                    case 405 -> ProblemType.METHOD_NOT_ALLOWED;
                    case 406 -> ProblemType.NOT_ACCEPTABLE;
                    case 413 -> ProblemType.BODY_TOO_LARGE;
                    case 414 -> ProblemType.ADDRESS_TOO_LONG;
                    case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
                    case 431 -> ProblemType.HEADERS_TOO_LARGE;
                    default -> ProblemType.INTERNAL;
                });
    }

    private static ProblemBuilder invalid(InvalidRequestException wrong) {
        return ProblemBuilder.of(ProblemType.INVALID_REQUEST, wrong.getMessage() + ".")
                .errors(wrong.violations().stream()
                        .map(violation -> new Problem.Detail(violation.field(), null, violation.message()))
                        .toList());
    }

    private static ProblemBuilder tied(InterventionRejectedException tied) {
        var problemType = switch (tied.reason()) {
            case ALREADY_SENT -> ProblemType.ALREADY_SENT;
            case STILL_SENDING -> ProblemType.STILL_SENDING;
            case ALREADY_ENDED -> ProblemType.ALREADY_ENDED;
            case NOT_UNSETTLED -> ProblemType.NOT_UNSETTLED;
        };
        var problemBuilder = ProblemBuilder.of(problemType, tied.getMessage()).operation(tied.operationId());
        return tied.retryAfter().map(problemBuilder::retryAfter).orElse(problemBuilder);
    }

    private static ProblemBuilder failed(OperationFailedException failed) {
        var failure = failed.failure();
        var problemBuilder = ProblemBuilder.of(complaint(failure.kind()), failure.message())
                .code(failure.code())
                .operation(failed.operationId())
                .attachedBy(failed.attachedBy().orElse(null))
                .errors(others(failure));
        return problemBuilder.complaint().status() == 503 ? problemBuilder.retryAfter(SOON) : problemBuilder;
    }

    private static ProblemBuilder notShown(InventoryReadException not) {
        var problemType = switch (not.reason()) {
            case SERVER_NOT_FOUND -> ProblemType.SERVER_NOT_FOUND;
            case DISK_NOT_FOUND -> ProblemType.DISK_NOT_FOUND;
            case REQUEST_REFUSED -> ProblemType.CLOUD_REFUSED;
            case CREDENTIAL_REFUSED -> ProblemType.CLOUD_CREDENTIAL;
            case UNAVAILABLE -> ProblemType.INVENTORY_UNAVAILABLE;
            case LIST_TOO_LONG -> ProblemType.LIST_TOO_LONG;
        };
        var code = not.cloudErrorCode();
        var problemBuilder =
                ProblemBuilder.of(problemType, not.getMessage()).code(code == null ? problemType.code() : code);
        return problemType.status() == 503
                ? problemBuilder.retryAfter(not.retryAfter().orElse(SOON))
                : problemBuilder;
    }

    private static List<Problem.Detail> others(OperationFailure failure) {
        return failure.others().stream()
                .map(other -> new Problem.Detail(null, other.code(), other.message()))
                .toList();
    }

    /** What an operation that ended so is called. */
    static ProblemType complaint(OperationFailure.Kind kind) {
        return switch (kind) {
            case SERVER_NOT_FOUND -> ProblemType.SERVER_NOT_FOUND;
            case DISK_NOT_FOUND -> ProblemType.DISK_NOT_FOUND;
            case SERVER_KIND -> ProblemType.UNSUPPORTED_SERVER_TYPE;
            case SERVER_STATE -> ProblemType.SERVER_STATE;
            case DISK_ALREADY_HERE -> ProblemType.DISK_ALREADY_ATTACHED;
            case DISK_IN_USE -> ProblemType.DISK_IN_USE;
            case DISK_STATE -> ProblemType.DISK_STATE;
            case DISK_NOT_HERE -> ProblemType.DISK_NOT_ATTACHED;
            case ROOT_DISK -> ProblemType.ROOT_DISK;
            case NOT_GRANTED -> ProblemType.NOT_GRANTED;
            case CANCELLED -> ProblemType.CANCELLED;
            case RELEASED -> ProblemType.RELEASED;
            case UNDONE -> ProblemType.ROLLED_BACK;
            case REFUSED -> ProblemType.CLOUD_REFUSED;
            case CREDENTIAL -> ProblemType.CLOUD_CREDENTIAL;
            case FAILED_LATER -> ProblemType.CLOUD_FAILED;
            case NOT_CHECKED -> ProblemType.CLOUD_NOT_READABLE;
            case NOT_SENT -> ProblemType.NOT_SENT;
        };
    }
}
