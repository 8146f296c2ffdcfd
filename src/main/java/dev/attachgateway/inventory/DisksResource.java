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

/** {@code GET …/cloudvolumes/detail}, with the path and the format of the cloud's API. */
@Path("/v2/{project_id}/cloudvolumes/detail")
@Produces(MediaType.APPLICATION_JSON)
public class DisksResource {
    private final InventoryService inventory;
    private final Authorizer authorizer;

    DisksResource(InventoryService inventory, Authorizer authorizer) {
        this.inventory = inventory;
        this.authorizer = authorizer;
    }

    @GET
    @Operation(
            operationId = "listVolumes",
            summary = "List the disks of a project",
            description = "The disks that the caller's grants show, in the format of the cloud. A filter for a hidden"
                    + " resource finds nothing, like one for an unknown resource. A response may be a few seconds old.")
    @Parameter(name = "name", in = ParameterIn.QUERY, schema = @Schema(type = SchemaType.STRING, maxLength = 255))
    @Parameter(name = "status", in = ParameterIn.QUERY, schema = @Schema(type = SchemaType.STRING, maxLength = 64))
    @Parameter(
            name = "availability_zone",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.STRING, maxLength = 64))
    @Parameter(
            name = "multiattach",
            in = ParameterIn.QUERY,
            description = "Whether several servers may have the disk at once.",
            schema = @Schema(type = SchemaType.BOOLEAN))
    @Parameter(
            name = "id",
            in = ParameterIn.QUERY,
            description = "Only this disk.",
            schema = @Schema(type = SchemaType.STRING, pattern = CloudIds.UUID_ANY_CASE_REGEX))
    @Parameter(
            name = "ids",
            in = ParameterIn.QUERY,
            description = "Only these disks, at most 60: ['id','id'].",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = "server_id",
            in = ParameterIn.QUERY,
            description = "Only disks of the server with this id in EVS (cloud_server.id, not the Lite Server's).",
            schema = @Schema(type = SchemaType.STRING, maxLength = 64))
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            description = "Disks on a page.",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000", defaultValue = "1000"))
    @Parameter(
            name = "offset",
            in = ParameterIn.QUERY,
            description = "Disks to skip before the page.",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "0", maximum = "2147483647", defaultValue = "0"))
    @Parameter(
            name = "marker",
            in = ParameterIn.QUERY,
            description = "The last disk of the previous page.",
            schema = @Schema(type = SchemaType.STRING, pattern = CloudIds.UUID_ANY_CASE_REGEX))
    @Parameter(
            name = "sort_key",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"id", "status", "size", "created_at"},
                            defaultValue = "created_at"))
    @Parameter(
            name = "sort_dir",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"asc", "desc"},
                            defaultValue = "desc"))
    @APIResponse(
            responseCode = "200",
            description = "A page of disks.",
            content = @Content(schema = @Schema(implementation = InventorySchemas.Volumes.class)))
    public Uni<ObjectNode> list(
            @Parameter(ref = "project_id") @PathParam("project_id") String project,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var projectId = CloudIds.normalize(project);
        var requestValidation = new InvalidRequestException.RequestValidation().projectId(projectId);
        var query = DiskQuery.parse(exchange.queryParams(), requestValidation);
        requestValidation.throwIfInvalid();
        return inventory.disks(
                projectId, authorizer.requireReadScope(AuthenticationFilter.contextOf(exchange), projectId), query);
    }
}
