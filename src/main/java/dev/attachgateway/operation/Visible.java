package dev.attachgateway.operation;

import dev.attachgateway.access.Action;
import dev.attachgateway.access.Doorman;
import dev.attachgateway.access.Sight;
import dev.attachgateway.stream.Filter;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Finds what a caller may see. */
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

    /**
     * What of a project may be told. A server or disk that is asked for by its id has to be one the caller may see: an
     * empty answer would look as if nothing happened there.
     *
     * @return throws what the doorman throws
     */
    Sight in(RoutingContext exchange, String projectId, Filter filter) {
        filter.servers().forEach(server -> doorman.may(exchange, Action.READ, projectId, server.toString(), null));
        filter.volumes().forEach(volume -> doorman.may(exchange, Action.READ, projectId, null, volume.toString()));
        return doorman.sight(exchange, projectId);
    }
}
