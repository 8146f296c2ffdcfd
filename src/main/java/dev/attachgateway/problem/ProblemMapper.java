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

/** Maps exceptions and HTTP statuses to problem types. */
final class ProblemMapper {
    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(2);

    private ProblemMapper() {}

    /**
     * The problem for a failure.
     *
     * @param status the status set by the failing handler, or -1
     * @param failure the exception; null if only a status is known
     */
    static ProblemBuilder map(int status, @Nullable Throwable failure) {
        return switch (failure) {
            case null -> fromStatus(status);
            case NotAuthenticatedException unauthenticated ->
                ProblemBuilder.of(ProblemType.NOT_AUTHENTICATED, unauthenticated.getMessage())
                        .withHeader("WWW-Authenticate", unauthenticated.challenge());
            case ConflictingCredentialsException conflicting ->
                ProblemBuilder.of(ProblemType.CREDENTIALS_DISAGREE, conflicting.getMessage());
            case AccessDeniedException denied -> ProblemBuilder.of(ProblemType.NOT_GRANTED, denied.getMessage());
            case CrossSiteRequestException crossSite ->
                ProblemBuilder.of(ProblemType.CROSS_SITE, crossSite.getMessage());
            case InvalidReturnUrlException invalid ->
                ProblemBuilder.of(ProblemType.INVALID_REQUEST, invalid.getMessage());
            case AuthorizationUnavailableException unavailable ->
                ProblemBuilder.of(ProblemType.ACCESS_UNDECIDED, unavailable.getMessage())
                        .withRetryAfter(DEFAULT_RETRY_AFTER);
            case RateLimitExceededException exceeded ->
                ProblemBuilder.of(ProblemType.TOO_MANY_REQUESTS, exceeded.getMessage())
                        .withRetryAfter(exceeded.retryAfter());
            case InvalidRequestException invalid -> fromInvalidRequest(invalid);
            case IdempotencyKeyReusedException _ -> ProblemBuilder.of(ProblemType.KEY_REUSED);
            case IdempotencyKeyInProgressException _ ->
                ProblemBuilder.of(ProblemType.KEY_IN_PROGRESS).withRetryAfter(DEFAULT_RETRY_AFTER);
            case OperationNotFoundException _ -> ProblemBuilder.of(ProblemType.OPERATION_NOT_FOUND);
            case InterventionRejectedException rejected -> fromInterventionRejected(rejected);
            case MalformedEventIdException malformed ->
                ProblemBuilder.of(ProblemType.MALFORMED_EVENT_ID, malformed.getMessage() + ".");
            case StreamLimitExceededException exceeded ->
                ProblemBuilder.of(
                                exceeded.scope() == StreamLimitExceededException.Scope.REPLICA
                                        ? ProblemType.REPLICA_FULL
                                        : ProblemType.TOO_MANY_STREAMS,
                                exceeded.getMessage())
                        .withRetryAfter(exceeded.retryAfter());
            case TicketLimitExceededException exceeded ->
                ProblemBuilder.of(ProblemType.TOO_MANY_TICKETS, exceeded.getMessage())
                        .withRetryAfter(exceeded.retryAfter());
            case OperationFailedException failed -> fromOperationFailed(failed);
            case DiskReservedException reserved ->
                ProblemBuilder.of(ProblemType.DISK_RESERVED)
                        .withHeldBy(reserved.holderId().orElse(null));
            case InventoryReadException failed -> fromInventoryRead(failed);
            case DiskContendedException _ ->
                ProblemBuilder.of(ProblemType.DISK_CONTENDED).withRetryAfter(DEFAULT_RETRY_AFTER);
            case CloudUnavailableException unavailable ->
                ProblemBuilder.of(ProblemType.CLOUD_UNAVAILABLE).withRetryAfter(unavailable.retryAfter());
            case MissingCredentialException _ ->
                ProblemBuilder.of(ProblemType.NO_CREDENTIAL).withRetryAfter(Duration.ofMinutes(1));
            case ReservationUnknownException unknown ->
                ProblemBuilder.of(ProblemType.RESERVATION_UNKNOWN)
                        .withOperationId(unknown.operationId())
                        .withRetryAfter(DEFAULT_RETRY_AFTER);
            case DatabaseUnavailableException _ ->
                ProblemBuilder.of(ProblemType.STORAGE_UNAVAILABLE).withRetryAfter(DEFAULT_RETRY_AFTER);
            case HttpException http -> fromStatus(http.getStatusCode());
            case WebApplicationException rest ->
                rest.getCause() instanceof JsonProcessingException json
                        ? JsonProblems.map(json)
                        : fromStatus(rest.getResponse().getStatus());
            case JsonProcessingException json -> JsonProblems.map(json);
            default -> fromStatus(status);
        };
    }

    private static ProblemBuilder fromStatus(int status) {
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

    private static ProblemBuilder fromInvalidRequest(InvalidRequestException invalid) {
        return ProblemBuilder.of(ProblemType.INVALID_REQUEST, invalid.getMessage() + ".")
                .withErrors(invalid.violations().stream()
                        .map(violation -> new Problem.Detail(violation.field(), null, violation.message()))
                        .toList());
    }

    private static ProblemBuilder fromInterventionRejected(InterventionRejectedException rejected) {
        var problemType = switch (rejected.reason()) {
            case ALREADY_SENT -> ProblemType.ALREADY_SENT;
            case STILL_SENDING -> ProblemType.STILL_SENDING;
            case ALREADY_ENDED -> ProblemType.ALREADY_ENDED;
            case NOT_UNSETTLED -> ProblemType.NOT_UNSETTLED;
        };
        var problemBuilder =
                ProblemBuilder.of(problemType, rejected.getMessage()).withOperationId(rejected.operationId());
        return rejected.retryAfter().map(problemBuilder::withRetryAfter).orElse(problemBuilder);
    }

    private static ProblemBuilder fromOperationFailed(OperationFailedException failed) {
        var failure = failed.failure();
        var problemBuilder = ProblemBuilder.of(toProblemType(failure.kind()), failure.message())
                .withCode(failure.code())
                .withOperationId(failed.operationId())
                .withAttachedBy(failed.attachedBy().orElse(null))
                .withErrors(otherErrors(failure));
        return problemBuilder.problemType().status() == 503
                ? problemBuilder.withRetryAfter(DEFAULT_RETRY_AFTER)
                : problemBuilder;
    }

    private static ProblemBuilder fromInventoryRead(InventoryReadException failed) {
        var problemType = switch (failed.reason()) {
            case SERVER_NOT_FOUND -> ProblemType.SERVER_NOT_FOUND;
            case DISK_NOT_FOUND -> ProblemType.DISK_NOT_FOUND;
            case REQUEST_REFUSED -> ProblemType.CLOUD_REFUSED;
            case CREDENTIAL_REFUSED -> ProblemType.CLOUD_CREDENTIAL;
            case UNAVAILABLE -> ProblemType.INVENTORY_UNAVAILABLE;
            case LIST_TOO_LONG -> ProblemType.LIST_TOO_LONG;
        };
        var code = failed.cloudErrorCode();
        var problemBuilder =
                ProblemBuilder.of(problemType, failed.getMessage()).withCode(code == null ? problemType.code() : code);
        return problemType.status() == 503
                ? problemBuilder.withRetryAfter(failed.retryAfter().orElse(DEFAULT_RETRY_AFTER))
                : problemBuilder;
    }

    private static List<Problem.Detail> otherErrors(OperationFailure failure) {
        return failure.others().stream()
                .map(other -> new Problem.Detail(null, other.code(), other.message()))
                .toList();
    }

    /** The problem type for the failure of an operation. */
    static ProblemType toProblemType(OperationFailure.Kind kind) {
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
