package dev.attachgateway.operation;

import dev.attachgateway.access.Action;
import dev.attachgateway.access.Doorman;
import dev.attachgateway.disk.Ids;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Finds an operation for a caller who may see it. */
@ApplicationScoped
class Visible {
    private final Doorman doorman;
    private final Operations operations;

    Visible(Doorman doorman, Operations operations) {
        this.doorman = doorman;
        this.operations = operations;
    }

    /**
     * The operation of this server.
     *
     * @return fails with {@link OperationNotFound}; throws {@link InvalidRequest} or what the doorman throws
     */
    Uni<Operation> to(RoutingContext exchange, String projectId, String serverId, String operationId) {
        var project = Ids.lower(projectId);
        var server = Ids.lower(serverId);
        var id = Ids.lower(operationId);
        new InvalidRequest.Look()
                .project(project)
                .uuid("id", server)
                .uuid("operation_id", id)
                .end();
        doorman.may(exchange, Action.READ, project, server, null);
        return operations.find(project, UUID.fromString(id)).map(found -> {
            var operation = found.filter(it -> it.serverId().equals(server)).orElseThrow(OperationNotFound::new);
            doorman.may(exchange, Action.READ, project, server, operation.volumeId());
            return operation;
        });
    }
}
