package dev.attachgateway.attach;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.authentication.Authenticator;
import dev.attachgateway.access.policy.AccessPolicy;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Decision;
import dev.attachgateway.access.policy.Resource;
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
import io.vertx.ext.web.RoutingContext;
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
     * Attaches a disk to a server, or detaches it.
     *
     * @param exchange a request whose caller has access to the project
     * @param key the idempotency key; read only after the caller's grant was checked
     * @return the operation, accepted by the cloud or not yet; fails with a {@link ProblemException} when it failed, the
     *     disk is reserved or the cloud is unavailable, or with the exceptions of authorizer, credentials and reservation
     */
    Uni<Operation> execute(
            RoutingContext exchange,
            Operation.Type type,
            String projectId,
            String serverId,
            String volumeId,
            Optional<String> key,
            PreferHeader preferHeader) {
        var permit = authorizer.require(exchange, type.action(), new Resource(projectId, serverId, volumeId));
        var request = new ReservationService.ReservationRequest(
                type, permit.auditEntry(), key, preferHeader.responseTimeout());
        return credentials
                .require(projectId)
                .invoke(() -> failIfCircuitOpen(preferHeader))
                .onItemOrFailure()
                .transformToUni((_, refusal) ->
                        refusal == null ? reservationService.reserve(request) : replayOrFail(refusal, request))
                .flatMap(outcome -> switch (outcome) {
                    case ReservationOutcome.Created(var operation) -> awaitOrFail(exchange, operation, preferHeader);
                    case ReservationOutcome.Joined(var operation) -> awaitOrFail(exchange, operation, preferHeader);
                    case ReservationOutcome.Replayed(var operation) -> {
                        AttachHttpSupport.markReplayed(exchange);
                        yield awaitOrFail(exchange, operation, preferHeader);
                    }
                    case ReservationOutcome.DiskReserved(var holder) ->
                        Uni.createFrom()
                                .failure(new ProblemException(ProblemBuilder.of(ProblemType.DISK_RESERVED)
                                        .withHeldBy(visibleId(exchange, holder).orElse(null))));
                });
    }

    /** While the cloud is unhealthy, a caller who waits for a response is rejected at once, and no row is written. */
    private void failIfCircuitOpen(PreferHeader preferHeader) {
        if (!preferHeader.respondAsync()) {
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

    private Uni<Operation> awaitOrFail(RoutingContext exchange, Operation started, PreferHeader preferHeader) {
        return reservationService
                .awaitResponse(started, preferHeader.waitTime())
                .flatMap(operation -> operation.state() instanceof OperationState.Failed failed
                        ? failWith(exchange, operation, failed.failure())
                        : Uni.createFrom().item(operation));
    }

    private Uni<Operation> failWith(RoutingContext exchange, Operation operation, OperationFailure failure) {
        var earlierAttach = failure.type() == ProblemType.DISK_ALREADY_ATTACHED
                ? reservationService.findLastAttach(operation)
                : Uni.createFrom().item(Optional.<Operation>empty());
        return earlierAttach.flatMap(found -> Uni.createFrom()
                .failure(new ProblemException(failure.toProblem()
                        .withOperationId(operation.id())
                        .withAttachedBy(found.flatMap(other -> visibleId(exchange, other))
                                .orElse(null)))));
    }

    /** The id of another operation, only for callers who may read its server and its disk. */
    Optional<UUID> visibleId(RoutingContext exchange, Operation other) {
        var decision = accessPolicy.decide(
                Authenticator.callerOf(exchange), Action.READ, other.projectId(), other.serverId(), other.volumeId());
        return decision instanceof Decision.Allowed ? Optional.of(other.id()) : Optional.empty();
    }
}
