package dev.attachgateway.attach;

import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationJson;
import dev.attachgateway.request.InvalidRequestException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
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
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** {@code POST …/attachvolume}, with the path and the JSON of the cloud's own API. */
@Path("/v1/{project_id}/dev-servers/{id}/attachvolume")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class AttachResource {
    private final AttachHttpSupport httpSupport;

    AttachResource(AttachHttpSupport httpSupport) {
        this.httpSupport = httpSupport;
    }

    /** Attaches a disk, or runs the checks of an attach. */
    @POST
    @org.eclipse.microprofile.openapi.annotations.Operation(
            operationId = "attachVolume",
            summary = "Attach a disk to a server",
            description =
                    "Reserves the disk, checks server and disk, and sends the attach so that it takes effect at most once. The"
                            + " wait bounds the response and never the work: a client that disconnects or gets 202 follows the"
                            + " operation.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = AttachRequest.class)))
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
    public Uni<Response> attach(
            @Parameter(ref = "project_id") @PathParam("project_id") String projectId,
            @Parameter(ref = "id") @PathParam("id") String serverId,
            @Nullable AttachRequest body,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var project = CloudIds.normalize(projectId);
        var server = CloudIds.normalize(serverId);
        var disk = body == null || body.volumeId() == null ? null : CloudIds.normalize(body.volumeId());
        var requestValidation = new InvalidRequestException.RequestValidation()
                .projectId(project)
                .uuid("id", server);
        if (body == null) {
            requestValidation.addViolation("body", "is missing: send {\"volume_id\": \"<id of the disk>\"}");
        } else {
            requestValidation.uuid("volume_id", disk);
        }
        return httpSupport.respond(
                exchange, Operation.Type.ATTACH, project, server, String.valueOf(disk), requestValidation);
    }
}
