package dev.attachgateway.operation;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.policy.AccessPolicy;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Decision;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes an operation back for its caller, who may still do what was asked for, or for an operator. */
@ApplicationScoped
class Cancelling {
    private final Authorizer authorizer;
    private final AccessPolicy accessPolicy;
    private final Operations operations;
    private final Hands hands;

    Cancelling(Authorizer authorizer, AccessPolicy accessPolicy, Operations operations, Hands hands) {
        this.authorizer = authorizer;
        this.accessPolicy = accessPolicy;
        this.operations = operations;
        this.hands = hands;
    }

    /** The cancelled operation; fails with {@link OperationNotFound}, {@link HandsTied} or what the doorman throws. */
    Uni<Operation> cancel(RoutingContext exchange, Address at) {
        var any = Stream.of(Action.ATTACH, Action.DETACH)
                .anyMatch(action -> decided(exchange, action, at, null).isPresent());
        if (!any) {
            // Whoever could cancel nothing here does not learn what there is.
            authorizer.require(exchange, Action.OPERATE, at.projectId(), at.serverId(), null);
        }
        return operations
                .at(at)
                .flatMap(operation -> hands.cancel(operation.id(), permission(exchange, at, operation)));
    }

    private AuditEntry permission(RoutingContext exchange, Address at, Operation operation) {
        var disk = operation.volumeId();
        var action = operation.type().action();
        var own = isTheirs(exchange, operation)
                ? decided(exchange, action, at, disk)
                : Optional.<Decision.Allowed>empty();
        if (own.isPresent()) {
            return authorizer.allowedEntry(exchange, action, at.projectId(), at.serverId(), disk, own.get());
        }
        var operator = authorizer.require(exchange, Action.OPERATE, at.projectId(), at.serverId(), disk);
        return authorizer.allowedEntry(exchange, Action.OPERATE, at.projectId(), at.serverId(), disk, operator);
    }

    private boolean isTheirs(RoutingContext exchange, Operation operation) {
        var caller = authorizer.callerOf(exchange);
        return operation.callerIssuer().equals(caller.issuer())
                && operation.callerSubject().equals(caller.subject());
    }

    /** Without a line on record: a "no" here is not the last word. */
    private Optional<Decision.Allowed> decided(
            RoutingContext exchange, Action action, Address at, @Nullable String disk) {
        var decision = accessPolicy.decide(authorizer.callerOf(exchange), action, at.projectId(), at.serverId(), disk);
        return decision instanceof Decision.Allowed yes ? Optional.of(yes) : Optional.empty();
    }
}
