package dev.attachgateway.attach;

import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationJson;
import dev.attachgateway.request.InvalidRequestException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** {@code DELETE …/detachvolume/{volume_id}}, with the path and the JSON of the cloud's own API. */
@Path("/v1/{project_id}/dev-servers/{id}/detachvolume/{volume_id}")
@Produces(MediaType.APPLICATION_JSON)
public class DetachResource {
    private final AttachHttpSupport httpSupport;

    DetachResource(AttachHttpSupport httpSupport) {
        this.httpSupport = httpSupport;
    }

    /** Detaches a disk, or runs the checks of a detach. */
    @DELETE
    @org.eclipse.microprofile.openapi.annotations.Operation(
            operationId = "detachVolume",
            summary = "Detach a disk from a server",
            description =
                    "Reserves the disk, checks server and disk, and sends the detach so that it takes effect at most once. The"
                            + " wait bounds the response and never the work: a client that disconnects or gets 202 follows the"
                            + " operation.")
    @Parameter(
            name = "Prefer",
            in = ParameterIn.HEADER,
            description = "RFC 7240: wait=N for at most N seconds, respond-async for no wait at all.",
            schema = @Schema(type = SchemaType.STRING),
            example = "wait=5")
    @Parameter(ref = "dry_run")
    @APIResponse(
            responseCode = "200",
            description =
                    "The cloud has accepted the request; it is being carried out. For a dry run: the result of the checks.",
            content = @Content(schema = @Schema(oneOf = {OperationJson.Accepted.class, DryRunJson.class})))
    @APIResponse(
            responseCode = "202",
            description = "The request is recorded and not accepted by the cloud yet. Follow Location.",
            headers = {
                @Header(
                        name = "Location",
                        description = "The operation.",
                        schema = @Schema(type = SchemaType.STRING, format = "uri-reference")),
                @Header(
                        name = "Retry-After",
                        description = "Seconds until the operation should be read again.",
                        schema = @Schema(type = SchemaType.INTEGER, minimum = "1"))
            },
            content = @Content(schema = @Schema(implementation = OperationJson.Accepted.class)))
    public Uni<Response> detach(
            @Parameter(ref = "project_id") @PathParam("project_id") String projectId,
            @Parameter(ref = "id") @PathParam("id") String serverId,
            @Parameter(ref = "volume_id") @PathParam("volume_id") String volumeId,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var project = CloudIds.normalize(projectId);
        var server = CloudIds.normalize(serverId);
        var disk = CloudIds.normalize(volumeId);
        var requestValidation = new InvalidRequestException.RequestValidation()
                .projectId(project)
                .uuid("id", server)
                .uuid("volume_id", disk);
        return httpSupport.respond(exchange, Operation.Type.DETACH, project, server, disk, requestValidation);
    }
}
