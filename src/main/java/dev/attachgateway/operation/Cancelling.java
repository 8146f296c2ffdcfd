package dev.attachgateway.operation;

import dev.attachgateway.access.Action;
import dev.attachgateway.access.AuditRecord;
import dev.attachgateway.access.Decision;
import dev.attachgateway.access.Doorman;
import dev.attachgateway.access.Grants;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes an operation back for its caller, who may still do what was asked for, or for an operator. */
@ApplicationScoped
class Cancelling {
    private final Doorman doorman;
    private final Grants grants;
    private final Operations operations;
    private final Hands hands;

    Cancelling(Doorman doorman, Grants grants, Operations operations, Hands hands) {
        this.doorman = doorman;
        this.grants = grants;
        this.operations = operations;
        this.hands = hands;
    }

    /** The cancelled operation; fails with {@link OperationNotFound}, {@link HandsTied} or what the doorman throws. */
    Uni<Operation> cancel(RoutingContext exchange, Address at) {
        var any = Stream.of(Action.ATTACH, Action.DETACH)
                .anyMatch(action -> decided(exchange, action, at, null).isPresent());
        if (!any) {
            // Whoever could cancel nothing here does not learn what there is.
            doorman.may(exchange, Action.OPERATE, at.projectId(), at.serverId(), null);
        }
        return operations
                .at(at)
                .flatMap(operation -> hands.cancel(operation.id(), permission(exchange, at, operation)));
    }

    private AuditRecord permission(RoutingContext exchange, Address at, Operation operation) {
        var disk = operation.volumeId();
        var action = operation.type().action();
        var own = isTheirs(exchange, operation)
                ? decided(exchange, action, at, disk)
                : Optional.<Decision.Allowed>empty();
        if (own.isPresent()) {
            return doorman.allowed(exchange, action, at.projectId(), at.serverId(), disk, own.get());
        }
        var operator = doorman.may(exchange, Action.OPERATE, at.projectId(), at.serverId(), disk);
        return doorman.allowed(exchange, Action.OPERATE, at.projectId(), at.serverId(), disk, operator);
    }

    private boolean isTheirs(RoutingContext exchange, Operation operation) {
        var caller = doorman.callerOf(exchange);
        return operation.callerIssuer().equals(caller.issuer())
                && operation.callerSubject().equals(caller.subject());
    }

    /** Without a line on record: a "no" here is not the last word. */
    private Optional<Decision.Allowed> decided(
            RoutingContext exchange, Action action, Address at, @Nullable String disk) {
        var decision = grants.decide(doorman.callerOf(exchange), action, at.projectId(), at.serverId(), disk);
        return decision instanceof Decision.Allowed yes ? Optional.of(yes) : Optional.empty();
    }
}
