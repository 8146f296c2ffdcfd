package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.access.Authorizer;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** {@code GET …/dev-servers}, with the path and the format of the cloud's API. */
@Path("/v1/{project_id}/dev-servers")
@Produces(MediaType.APPLICATION_JSON)
public class ServersResource {
    private final InventoryService inventory;
    private final Authorizer authorizer;

    ServersResource(InventoryService inventory, Authorizer authorizer) {
        this.inventory = inventory;
        this.authorizer = authorizer;
    }

    @GET
    @Operation(
            operationId = "listDevServers",
            summary = "List the servers of a project",
            description =
                    "The servers that the caller's grants show, in the format of the cloud. A response may be a few"
                            + " seconds old.")
    @Parameter(
            name = "owner",
            in = ParameterIn.QUERY,
            description = "Only servers of this user of the cloud.",
            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 64))
    @Parameter(
            name = "sort_dir",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"ASC", "DESC"},
                            defaultValue = "ASC"))
    @Parameter(
            name = "sort_key",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"createTime", "updateTime"},
                            defaultValue = "createTime"))
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            description = "Servers on a page.",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "0", maximum = "1024", defaultValue = "10"))
    @Parameter(
            name = "offset",
            in = ParameterIn.QUERY,
            description = "Servers to skip before the page.",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "0", maximum = "2147483647", defaultValue = "0"))
    @APIResponse(
            responseCode = "200",
            description = "A page of servers.",
            content = @Content(schema = @Schema(implementation = InventorySchemas.DevServers.class)))
    public Uni<ObjectNode> list(
            @Parameter(ref = "project_id") @PathParam("project_id") String project,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var projectId = CloudIds.normalize(project);
        var requestValidation = new InvalidRequestException.RequestValidation().projectId(projectId);
        var query = ServerQuery.parse(exchange.queryParams(), requestValidation);
        requestValidation.throwIfInvalid();
        return inventory.servers(
                projectId, authorizer.requireReadScope(AuthenticationFilter.contextOf(exchange), projectId), query);
    }
}
