package dev.attachgateway.operation.api;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.RequestContext;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationPath;
import dev.attachgateway.operation.store.OperationQueries;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.stream.eventlog.EventFilter;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Authorizes reads of operations. */
@ApplicationScoped
class OperationAccess {
    private final Authorizer authorizer;
    private final OperationQueries operationQueries;

    OperationAccess(Authorizer authorizer, OperationQueries operationQueries) {
        this.authorizer = authorizer;
        this.operationQueries = operationQueries;
    }

    /**
     * Reads an operation of this server.
     *
     * @return fails with {@link ProblemType#OPERATION_NOT_FOUND}; throws what {@link Authorizer#require} throws
     */
    Uni<Operation> getOperation(RequestContext context, OperationPath path) {
        authorizer.require(context, Action.READ, Resource.server(path.projectId(), path.serverId()));
        return operationQueries.getByPath(path).map(operation -> {
            authorizer.require(
                    context, Action.READ, new Resource(path.projectId(), path.serverId(), operation.volumeId()));
            return operation;
        });
    }

    /**
     * The caller's read scope in a project. Servers and disks in the filter have to be readable: an empty response would look
     * as if nothing happened there.
     *
     * @return the read scope; throws what {@link Authorizer#requireReadScope} throws
     */
    ReadScope requireReadScope(RequestContext context, String projectId, EventFilter filter) {
        filter.servers()
                .forEach(server ->
                        authorizer.require(context, Action.READ, Resource.server(projectId, server.toString())));
        filter.volumes()
                .forEach(volume ->
                        authorizer.require(context, Action.READ, Resource.disk(projectId, volume.toString())));
        return authorizer.requireReadScope(context, projectId);
    }
}
