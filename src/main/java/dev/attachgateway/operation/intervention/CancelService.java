package dev.attachgateway.operation.intervention;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.policy.AccessPolicy;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Decision;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationPath;
import dev.attachgateway.operation.store.OperationNotFoundException;
import dev.attachgateway.operation.store.OperationQueries;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes an operation back for its caller, who may still do what was asked for, or for an operator. */
@ApplicationScoped
public class CancelService {
    private final Authorizer authorizer;
    private final AccessPolicy accessPolicy;
    private final OperationQueries operationQueries;
    private final OperationInterventions interventions;

    CancelService(
            Authorizer authorizer,
            AccessPolicy accessPolicy,
            OperationQueries operationQueries,
            OperationInterventions operationInterventions) {
        this.authorizer = authorizer;
        this.accessPolicy = accessPolicy;
        this.operationQueries = operationQueries;
        this.interventions = operationInterventions;
    }

    /** The cancelled operation; fails with {@link OperationNotFoundException}, {@link InterventionRejectedException} or what the doorman throws. */
    public Uni<Operation> cancel(RoutingContext exchange, OperationPath at) {
        var any = Stream.of(Action.ATTACH, Action.DETACH)
                .anyMatch(
                        action -> decideWithoutAudit(exchange, action, at, null).isPresent());
        if (!any) {
            // Whoever could cancel nothing here does not learn what there is.
            authorizer.require(exchange, Action.OPERATE, at.projectId(), at.serverId(), null);
        }
        return operationQueries
                .getByPath(at)
                .flatMap(operation -> interventions.cancel(operation.id(), authorize(exchange, at, operation)));
    }

    private AuditEntry authorize(RoutingContext exchange, OperationPath at, Operation operation) {
        var disk = operation.volumeId();
        var action = operation.type().action();
        var own = isOwnedByCaller(exchange, operation)
                ? decideWithoutAudit(exchange, action, at, disk)
                : Optional.<Decision.Allowed>empty();
        if (own.isPresent()) {
            return authorizer.allowedEntry(exchange, action, at.projectId(), at.serverId(), disk, own.get());
        }
        var operator = authorizer.require(exchange, Action.OPERATE, at.projectId(), at.serverId(), disk);
        return authorizer.allowedEntry(exchange, Action.OPERATE, at.projectId(), at.serverId(), disk, operator);
    }

    private boolean isOwnedByCaller(RoutingContext exchange, Operation operation) {
        var caller = authorizer.callerOf(exchange);
        return operation.callerIssuer().equals(caller.issuer())
                && operation.callerSubject().equals(caller.subject());
    }

    /** Without a line on record: a "no" here is not the last word. */
    private Optional<Decision.Allowed> decideWithoutAudit(
            RoutingContext exchange, Action action, OperationPath at, @Nullable String disk) {
        var decision = accessPolicy.decide(authorizer.callerOf(exchange), action, at.projectId(), at.serverId(), disk);
        return decision instanceof Decision.Allowed yes ? Optional.of(yes) : Optional.empty();
    }
}
