package dev.attachgateway.operation.api;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationPath;
import dev.attachgateway.operation.store.OperationNotFoundException;
import dev.attachgateway.operation.store.OperationQueries;
import dev.attachgateway.request.InvalidRequestException;
import dev.attachgateway.stream.eventlog.EventFilter;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Finds what a caller may see. */
@ApplicationScoped
class OperationAccess {
    private final Authorizer authorizer;
    private final OperationQueries operationQueries;

    OperationAccess(Authorizer authorizer, OperationQueries operationQueries) {
        this.authorizer = authorizer;
        this.operationQueries = operationQueries;
    }

    /**
     * The operation of this server.
     *
     * @return fails with {@link OperationNotFoundException}; throws {@link InvalidRequestException} or what the doorman throws
     */
    Uni<Operation> getOperation(RoutingContext exchange, String projectId, String serverId, String operationId) {
        var at = OperationPath.parse(projectId, serverId, operationId, new InvalidRequestException.RequestValidation());
        authorizer.require(exchange, Action.READ, Resource.server(at.projectId(), at.serverId()));
        return operationQueries.getByPath(at).map(operation -> {
            authorizer.require(
                    exchange, Action.READ, new Resource(at.projectId(), at.serverId(), operation.volumeId()));
            return operation;
        });
    }

    /**
     * What of a project may be told. A server or disk that is asked for by its id has to be one the caller may see: an
     * empty answer would look as if nothing happened there.
     *
     * @return throws what the doorman throws
     */
    ReadScope requireReadScope(RoutingContext exchange, String projectId, EventFilter filter) {
        filter.servers()
                .forEach(server ->
                        authorizer.require(exchange, Action.READ, Resource.server(projectId, server.toString())));
        filter.volumes()
                .forEach(volume ->
                        authorizer.require(exchange, Action.READ, Resource.disk(projectId, volume.toString())));
        return authorizer.requireReadScope(exchange, projectId);
    }
}
