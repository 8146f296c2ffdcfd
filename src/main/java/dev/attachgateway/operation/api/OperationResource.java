package dev.attachgateway.operation.api;

import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.operation.model.OperationJson;
import dev.attachgateway.operation.model.OperationPath;
import dev.attachgateway.request.InvalidRequestException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** {@code GET …/operation/{operation_id}} as JSON; {@link StreamRoutes} serves the same path as a stream. */
@Path("/v1/{project_id}/dev-servers/{id}/operation/{operation_id}")
@Produces(MediaType.APPLICATION_JSON)
public class OperationResource {
    private final OperationAccess operationAccess;

    OperationResource(OperationAccess operationAccess) {
        this.operationAccess = operationAccess;
    }

    /** The operation as JSON. */
    @GET
    @org.eclipse.microprofile.openapi.annotations.Operation(
            operationId = "showOperation",
            summary = "Show or follow an operation",
            description =
                    "As JSON, or as a stream of its changes when Accept prefers text/event-stream. The stream begins"
                            + " with a snapshot, or with the events after Last-Event-ID, and ends with the operation. Each event"
                            + " is named operation and carries the operation's JSON; reset reports that the stream cannot be"
                            + " continued from the client's position, and a new snapshot follows.")
    @Parameter(ref = "Last-Event-ID")
    @Parameter(ref = "last_event_id")
    @Parameter(ref = "envelope")
    @Parameter(ref = "ticket")
    @APIResponse(
            responseCode = "200",
            description = "The operation in its current state, or its stream.",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = OperationJson.class)),
                @Content(
                        mediaType = MediaType.SERVER_SENT_EVENTS,
                        schema = @Schema(type = SchemaType.STRING),
                        example = "id: 9ff3ee15-43-5be1a07c\nevent: operation\ndata: {\"operation_id\": \"…\"}\n\n")
            })
    @APIResponse(
            responseCode = "204",
            description = "The client has received the end of the stream; there are no further events.")
    public Uni<Response> show(
            @Parameter(ref = "project_id") @PathParam("project_id") String projectId,
            @Parameter(ref = "id") @PathParam("id") String serverId,
            @Parameter(ref = "operation_id") @PathParam("operation_id") String operationId,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var path =
                OperationPath.parse(projectId, serverId, operationId, new InvalidRequestException.RequestValidation());
        return operationAccess
                .getOperation(AuthenticationFilter.contextOf(exchange), path)
                .map(operation -> Response.ok(OperationJson.of(operation))
                        .header("Vary", "Accept")
                        .build());
    }
}
