package dev.attachgateway.attach;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.policy.AccessPolicy;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Decision;
import dev.attachgateway.operation.Failure;
import dev.attachgateway.operation.Operation;
import dev.attachgateway.operation.Reservations;
import dev.attachgateway.operation.Reservations.Outcome;
import dev.attachgateway.operation.State;
import dev.attachgateway.upstream.Credentials;
import dev.attachgateway.upstream.Guards;
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
class Attach {
    private final Authorizer authorizer;
    private final AccessPolicy accessPolicy;
    private final Credentials credentials;
    private final Guards guards;
    private final Reservations reservations;

    Attach(
            Authorizer authorizer,
            AccessPolicy accessPolicy,
            Credentials credentials,
            Guards guards,
            Reservations reservations) {
        this.authorizer = authorizer;
        this.accessPolicy = accessPolicy;
        this.credentials = credentials;
        this.guards = guards;
        this.reservations = reservations;
    }

    /**
     * Attaches a disk to a server, or takes it off.
     *
     * @param exchange whose caller was let into the project before
     * @param key under which the request may be repeated; looked up only for whoever has the grant
     * @return the operation, accepted by the cloud or not yet; fails with {@link AttachFailed}, {@link DiskReserved}, {@link
     *     CloudUnavailable} or what the rooms it asks throw
     */
    Uni<Operation> begin(
            RoutingContext exchange,
            Operation.Type type,
            String projectId,
            String serverId,
            String volumeId,
            Optional<String> key,
            Preference preference) {
        var action = type.action();
        var decision = authorizer.require(exchange, action, projectId, serverId, volumeId);
        var record = authorizer.allowedEntry(exchange, action, projectId, serverId, volumeId, decision);
        var request = new Reservations.Request(type, record, key, preference.awaited());
        return credentials
                .require(projectId)
                .invoke(() -> shed(preference))
                .onItemOrFailure()
                .transformToUni((served, refusal) ->
                        refusal == null ? reservations.reserve(request) : replayedOr(refusal, request))
                .flatMap(outcome -> switch (outcome) {
                    case Outcome.Made(var operation) -> answered(exchange, operation, preference);
                    case Outcome.Joined(var operation) -> answered(exchange, operation, preference);
                    case Outcome.Replayed(var operation) -> {
                        Exchange.markReplayed(exchange);
                        yield answered(exchange, operation, preference);
                    }
                    case Outcome.Held(var by) -> Uni.createFrom().failure(new DiskReserved(ifVisible(exchange, by)));
                });
    }

    /** With the cloud known to be ill, a caller who wants an answer gets it at once, and no row is written. */
    private void shed(Preference preference) {
        if (!preference.async()) {
            guards.closedFor().ifPresent(left -> {
                throw new CloudUnavailable(left);
            });
        }
    }

    /** To tell what came of an earlier request takes neither a credential of the cloud nor a healthy one. */
    private Uni<Outcome> replayedOr(Throwable refusal, Reservations.Request request) {
        return reservations
                .replayed(request)
                .flatMap(found -> found.isPresent()
                        ? Uni.createFrom().item(found.get())
                        : Uni.createFrom().failure(refusal));
    }

    private Uni<Operation> answered(RoutingContext exchange, Operation begun, Preference preference) {
        return reservations
                .answered(begun, preference.patience())
                .flatMap(operation -> operation.state() instanceof State.Failed failed
                        ? failed(exchange, operation, failed.failure())
                        : Uni.createFrom().item(operation));
    }

    private Uni<Operation> failed(RoutingContext exchange, Operation operation, Failure failure) {
        var earlier = failure.kind() == Failure.Kind.DISK_ALREADY_HERE
                ? reservations.attachedBy(operation)
                : Uni.createFrom().item(Optional.<Operation>empty());
        return earlier.flatMap(found -> Uni.createFrom()
                .failure(new AttachFailed(operation.id(), failure, found.flatMap(by -> ifVisible(exchange, by)))));
    }

    /** Another operation is named only to those who may see its server and its disk. */
    Optional<UUID> ifVisible(RoutingContext exchange, Operation other) {
        var decision = accessPolicy.decide(
                authorizer.callerOf(exchange), Action.READ, other.projectId(), other.serverId(), other.volumeId());
        return decision instanceof Decision.Allowed ? Optional.of(other.id()) : Optional.empty();
    }
}
