package dev.attachgateway.operation;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.stream.Filter;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Finds what a caller may see. */
@ApplicationScoped
class Visible {
    private final Authorizer authorizer;
    private final Operations operations;

    Visible(Authorizer authorizer, Operations operations) {
        this.authorizer = authorizer;
        this.operations = operations;
    }

    /**
     * The operation of this server.
     *
     * @return fails with {@link OperationNotFound}; throws {@link InvalidRequest} or what the doorman throws
     */
    Uni<Operation> to(RoutingContext exchange, String projectId, String serverId, String operationId) {
        var at = Address.of(projectId, serverId, operationId, new InvalidRequest.Look());
        authorizer.require(exchange, Action.READ, at.projectId(), at.serverId(), null);
        return operations.at(at).map(operation -> {
            authorizer.require(exchange, Action.READ, at.projectId(), at.serverId(), operation.volumeId());
            return operation;
        });
    }

    /**
     * What of a project may be told. A server or disk that is asked for by its id has to be one the caller may see: an
     * empty answer would look as if nothing happened there.
     *
     * @return throws what the doorman throws
     */
    ReadScope in(RoutingContext exchange, String projectId, Filter filter) {
        filter.servers()
                .forEach(server -> authorizer.require(exchange, Action.READ, projectId, server.toString(), null));
        filter.volumes()
                .forEach(volume -> authorizer.require(exchange, Action.READ, projectId, null, volume.toString()));
        return authorizer.requireReadScope(exchange, projectId);
    }
}
