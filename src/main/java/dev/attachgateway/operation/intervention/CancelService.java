package dev.attachgateway.operation.intervention;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.Permit;
import dev.attachgateway.access.authentication.Authenticator;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationPath;
import dev.attachgateway.operation.store.OperationNotFoundException;
import dev.attachgateway.operation.store.OperationQueries;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.stream.Stream;

/** Takes an operation back for its caller, who may still do what was asked for, or for an operator. */
@ApplicationScoped
public class CancelService {
    private final Authorizer authorizer;
    private final OperationQueries operationQueries;
    private final OperationInterventions interventions;

    CancelService(Authorizer authorizer, OperationQueries operationQueries, OperationInterventions interventions) {
        this.authorizer = authorizer;
        this.operationQueries = operationQueries;
        this.interventions = interventions;
    }

    /**
     * Cancels an operation for the caller who asked for it and still has the grant, or for an operator.
     *
     * @return the cancelled operation; fails with {@link OperationNotFoundException}, {@link
     *     InterventionRejectedException} or what {@link Authorizer#require} throws
     */
    public Uni<Operation> cancel(RoutingContext exchange, OperationPath at) {
        var server = Resource.server(at.projectId(), at.serverId());
        var any = Stream.of(Action.ATTACH, Action.DETACH)
                .anyMatch(action -> authorizer.find(exchange, action, server).isPresent());
        if (!any) {
            // A caller who could cancel nothing here does not learn what there is.
            authorizer.require(exchange, Action.OPERATE, server);
        }
        return operationQueries
                .getByPath(at)
                .flatMap(operation -> interventions.cancel(
                        operation.id(), authorize(exchange, at, operation).auditEntry()));
    }

    private Permit authorize(RoutingContext exchange, OperationPath at, Operation operation) {
        var resource = new Resource(at.projectId(), at.serverId(), operation.volumeId());
        return Optional.of(operation.type().action())
                .filter(own -> isOwnedByCaller(exchange, operation))
                .flatMap(own -> authorizer.find(exchange, own, resource))
                .orElseGet(() -> authorizer.require(exchange, Action.OPERATE, resource));
    }

    private static boolean isOwnedByCaller(RoutingContext exchange, Operation operation) {
        var caller = Authenticator.callerOf(exchange);
        return operation.callerIssuer().equals(caller.issuer())
                && operation.callerSubject().equals(caller.subject());
    }
}
