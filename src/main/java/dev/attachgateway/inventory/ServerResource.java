package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.policy.AccessPolicy;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.request.InvalidRequestException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** {@code GET …/dev-servers/{id}}, with the path and the format of the cloud's API. */
@Path("/v1/{project_id}/dev-servers/{id}")
@Produces(MediaType.APPLICATION_JSON)
public class ServerResource {
    private final InventoryService inventory;
    private final Authorizer authorizer;
    private final AccessPolicy accessPolicy;

    ServerResource(InventoryService inventory, Authorizer authorizer, AccessPolicy accessPolicy) {
        this.inventory = inventory;
        this.authorizer = authorizer;
        this.accessPolicy = accessPolicy;
    }

    @GET
    @Operation(
            operationId = "showDevServer",
            summary = "Read a server",
            description =
                    "As the cloud shows it, without the disks that the caller may not see. A response may be a few"
                            + " seconds old.")
    @APIResponse(
            responseCode = "200",
            description = "The server.",
            content = @Content(schema = @Schema(implementation = InventorySchemas.DevServer.class)))
    public Uni<ObjectNode> show(
            @Parameter(ref = "project_id") @PathParam("project_id") String project,
            @Parameter(ref = "id") @PathParam("id") String id,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var projectId = CloudIds.normalize(project);
        var serverId = CloudIds.normalize(id);
        new InvalidRequestException.RequestValidation()
                .projectId(projectId)
                .uuid("id", serverId)
                .allowParameters(exchange.queryParams().names(), Set.of())
                .throwIfInvalid();
        var context = AuthenticationFilter.contextOf(exchange);
        authorizer.require(context, Action.READ, Resource.server(projectId, serverId));
        return inventory.server(projectId, serverId, accessPolicy.readScope(context.caller(), projectId));
    }
}
