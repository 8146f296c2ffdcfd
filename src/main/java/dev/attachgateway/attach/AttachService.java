package dev.attachgateway.attach;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.AccessPolicy;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Decision;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.reservation.ReservationService;
import dev.attachgateway.operation.reservation.ReservationService.ReservationOutcome;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.upstream.credential.CloudCredentials;
import dev.attachgateway.upstream.resilience.CloudGuards;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/**
 * The request of an attach or a detach: authorization, credential and breaker checks, reservation, and the wait for the
 * cloud's response. The operation itself continues without the caller.
 */
@ApplicationScoped
class AttachService {
    private final Authorizer authorizer;
    private final AccessPolicy accessPolicy;
    private final CloudCredentials credentials;
    private final CloudGuards guards;
    private final ReservationService reservationService;

    AttachService(
            Authorizer authorizer,
            AccessPolicy accessPolicy,
            CloudCredentials credentials,
            CloudGuards guards,
            ReservationService reservationService) {
        this.authorizer = authorizer;
        this.accessPolicy = accessPolicy;
        this.credentials = credentials;
        this.guards = guards;
        this.reservationService = reservationService;
    }

    /**
     * The operation of a request.
     *
     * @param replayed whether an earlier request with the same idempotency key began it
     */
    record StartedOperation(Operation operation, boolean replayed) {}

    /**
     * Starts the operation of an attach or a detach, or finds the one that the request joins or replays.
     *
     * @return fails with a {@link ProblemException} when the disk is reserved or the cloud is unavailable, or with the
     *     exceptions of authorizer, credentials and reservation
     */
    Uni<StartedOperation> start(AttachmentCommand command) {
        var permit = authorizer.require(command.context(), command.type().action(), command.resource());
        var request = new ReservationService.ReservationRequest(
                command.type(), permit.auditEntry(), command.idempotencyKey(), command.responseTimeout());
        return credentials
                .require(command.projectId())
                .invoke(() -> failIfCircuitOpen(command))
                .onItemOrFailure()
                .transformToUni((_, refusal) ->
                        refusal == null ? reservationService.reserve(request) : replayOrFail(refusal, request))
                .map(outcome -> switch (outcome) {
                    case ReservationOutcome.Created(var operation) -> new StartedOperation(operation, false);
                    case ReservationOutcome.Joined(var operation) -> new StartedOperation(operation, false);
                    case ReservationOutcome.Replayed(var operation) -> new StartedOperation(operation, true);
                    case ReservationOutcome.DiskReserved(var holder) ->
                        throw new ProblemException(ProblemBuilder.of(ProblemType.DISK_RESERVED)
                                .withHeldBy(visibleId(command.context().caller(), holder)
                                        .orElse(null)));
                });
    }

    /**
     * Waits as long as the caller does, until the cloud has accepted the operation or the operation has ended.
     *
     * @return the operation, accepted by the cloud or not yet; fails with a {@link ProblemException} when it failed
     */
    Uni<Operation> awaitResponse(AttachmentCommand command, Operation started) {
        return reservationService
                .awaitResponse(started, command.waitTime())
                .flatMap(operation -> operation.state() instanceof OperationState.Failed failed
                        ? failWith(command.context().caller(), operation, failed.failure())
                        : Uni.createFrom().item(operation));
    }

    /** While the cloud is unhealthy, a caller who waits for a response is rejected at once, and no row is written. */
    private void failIfCircuitOpen(AttachmentCommand command) {
        if (!command.respondAsync()) {
            guards.remainingOpenTime().ifPresent(retryAfter -> {
                throw new ProblemException(
                        ProblemBuilder.of(ProblemType.CLOUD_UNAVAILABLE).withRetryAfter(retryAfter));
            });
        }
    }

    /** A replay needs neither a cloud credential nor a healthy cloud. */
    private Uni<ReservationOutcome> replayOrFail(Throwable refusal, ReservationService.ReservationRequest request) {
        return reservationService
                .findReplay(request)
                .flatMap(found -> found.isPresent()
                        ? Uni.createFrom().item(found.get())
                        : Uni.createFrom().failure(refusal));
    }

    private Uni<Operation> failWith(Caller caller, Operation operation, OperationFailure failure) {
        var earlierAttach = failure.type() == ProblemType.DISK_ALREADY_ATTACHED
                ? reservationService.findLastAttach(operation)
                : Uni.createFrom().item(Optional.<Operation>empty());
        return earlierAttach.flatMap(found -> Uni.createFrom()
                .failure(new ProblemException(failure.toProblem()
                        .withOperationId(operation.id())
                        .withAttachedBy(
                                found.flatMap(other -> visibleId(caller, other)).orElse(null)))));
    }

    /** The id of another operation, only for callers who may read its server and its disk. */
    Optional<UUID> visibleId(Caller caller, Operation other) {
        var decision = accessPolicy.decide(caller, Action.READ, other.projectId(), other.serverId(), other.volumeId());
        return decision instanceof Decision.Allowed ? Optional.of(other.id()) : Optional.empty();
    }
}
