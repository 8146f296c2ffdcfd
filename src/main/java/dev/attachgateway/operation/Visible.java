package dev.attachgateway.operation;

import dev.attachgateway.access.Action;
import dev.attachgateway.access.Doorman;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

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
        var at = Address.of(projectId, serverId, operationId, new InvalidRequest.Look());
        doorman.may(exchange, Action.READ, at.projectId(), at.serverId(), null);
        return operations.at(at).map(operation -> {
            doorman.may(exchange, Action.READ, at.projectId(), at.serverId(), operation.volumeId());
            return operation;
        });
    }
}
