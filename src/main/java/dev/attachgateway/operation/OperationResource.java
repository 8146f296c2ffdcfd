package dev.attachgateway.operation;

import dev.attachgateway.access.Action;
import dev.attachgateway.access.Doorman;
import dev.attachgateway.disk.Ids;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;

/** {@code GET …/operation/{operation_id}} as JSON; {@link StreamRoute} answers the same address as a stream. */
@Path("/v1/{project_id}/dev-servers/{id}/operation/{operation_id}")
@Produces(MediaType.APPLICATION_JSON)
public class OperationResource {
    private final Visible visible;

    OperationResource(Visible visible) {
        this.visible = visible;
    }

    @GET
    public Uni<Response> operation(
            @PathParam("project_id") String projectId,
            @PathParam("id") String serverId,
            @PathParam("operation_id") String operationId,
            @Context RoutingContext exchange) {
        return visible.to(exchange, projectId, serverId, operationId)
                .map(operation -> Response.ok(OperationJson.of(operation))
                        .header("Vary", "Accept")
                        .build());
    }

    /** Finds an operation for a caller who may see it. */
    @jakarta.enterprise.context.ApplicationScoped
    static class Visible {
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
            var server = Ids.lower(serverId);
            var id = Ids.lower(operationId);
            new InvalidRequest.Look()
                    .project(projectId)
                    .uuid("id", server)
                    .uuid("operation_id", id)
                    .end();
            doorman.may(exchange, Action.READ, projectId, server, null);
            return operations.find(projectId, UUID.fromString(id)).map(found -> {
                var operation = found.filter(it -> it.serverId().equals(server)).orElseThrow(OperationNotFound::new);
                doorman.may(exchange, Action.READ, projectId, server, operation.volumeId());
                return operation;
            });
        }
    }
}
