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
import dev.attachgateway.upstream.credential.CloudCredentials;
import dev.attachgateway.upstream.resilience.CloudGuards;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/**
 * An attach or a detach from the caller's side: may it, can it be tried now, who has the disk, and what the cloud says while
 * the caller waits. The work itself goes on without the caller.
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
     * Attaches a disk to a server, or takes it off.
     *
     * @param exchange whose caller was let into the project before
     * @param key under which the request may be repeated; looked up only for whoever has the grant
     * @return the operation, accepted by the cloud or not yet; fails with {@link OperationFailedException}, {@link DiskReservedException}, {@link
     *     CloudUnavailableException} or what the rooms it asks throw
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
                .transformToUni((served, refusal) ->
                        refusal == null ? reservationService.reserve(request) : replayOrFail(refusal, request))
                .flatMap(outcome -> switch (outcome) {
                    case ReservationOutcome.Created(var operation) -> awaitOrFail(exchange, operation, preferHeader);
                    case ReservationOutcome.Joined(var operation) -> awaitOrFail(exchange, operation, preferHeader);
                    case ReservationOutcome.Replayed(var operation) -> {
                        AttachHttpSupport.markReplayed(exchange);
                        yield awaitOrFail(exchange, operation, preferHeader);
                    }
                    case ReservationOutcome.DiskReserved(var by) ->
                        Uni.createFrom().failure(new DiskReservedException(visibleId(exchange, by)));
                });
    }

    /** With the cloud known to be ill, a caller who wants an answer gets it at once, and no row is written. */
    private void failIfCircuitOpen(PreferHeader preferHeader) {
        if (!preferHeader.respondAsync()) {
            guards.closedFor().ifPresent(left -> {
                throw new CloudUnavailableException(left);
            });
        }
    }

    /** To tell what came of an earlier request takes neither a credential of the cloud nor a healthy one. */
    private Uni<ReservationOutcome> replayOrFail(Throwable refusal, ReservationService.ReservationRequest request) {
        return reservationService
                .findReplay(request)
                .flatMap(found -> found.isPresent()
                        ? Uni.createFrom().item(found.get())
                        : Uni.createFrom().failure(refusal));
    }

    private Uni<Operation> awaitOrFail(RoutingContext exchange, Operation begun, PreferHeader preferHeader) {
        return reservationService
                .awaitResponse(begun, preferHeader.waitTime())
                .flatMap(operation -> operation.state() instanceof OperationState.Failed failed
                        ? failWith(exchange, operation, failed.failure())
                        : Uni.createFrom().item(operation));
    }

    private Uni<Operation> failWith(RoutingContext exchange, Operation operation, OperationFailure failure) {
        var earlier = failure.kind() == OperationFailure.Kind.DISK_ALREADY_HERE
                ? reservationService.findLastAttach(operation)
                : Uni.createFrom().item(Optional.<Operation>empty());
        return earlier.flatMap(found -> Uni.createFrom()
                .failure(new OperationFailedException(
                        operation.id(), failure, found.flatMap(by -> visibleId(exchange, by)))));
    }

    /** Another operation is named only to those who may see its server and its disk. */
    Optional<UUID> visibleId(RoutingContext exchange, Operation other) {
        var decision = accessPolicy.decide(
                Authenticator.callerOf(exchange), Action.READ, other.projectId(), other.serverId(), other.volumeId());
        return decision instanceof Decision.Allowed ? Optional.of(other.id()) : Optional.empty();
    }
}
