package dev.attachgateway.operator;

import dev.attachgateway.operation.intervention.SendPauseStore;
import dev.attachgateway.request.InvalidRequestException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
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
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** {@code PUT} and {@code DELETE /operator/pauses/{project_id}}. */
@Path("/operator/pauses/{project_id}")
@Produces(MediaType.APPLICATION_JSON)
public class PauseResource {
    private final OperatorAuthorization authorization;
    private final SendPauseStore sendPauseStore;

    PauseResource(OperatorAuthorization operatorAuthorization, SendPauseStore sendPauseStore) {
        this.authorization = operatorAuthorization;
        this.sendPauseStore = sendPauseStore;
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "pauseSends",
            summary = "Send nothing more, in a project or everywhere",
            description =
                    "For operators of the project, or of all projects for *. On all replicas and until it is taken back:"
                            + " operations wait in line, and what had begun is followed to its end. A request whose intent was"
                            + " committed before may still leave, for as long as operation.send-timeout.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ReasonRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "The pause; one that held before has this reason now.",
            content = @Content(schema = @Schema(implementation = PauseJson.class)))
    public Uni<PauseJson> pause(
            @Parameter(ref = "paused_project") @PathParam("project_id") String projectId,
            @Nullable ReasonRequest body,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var requestValidation = new InvalidRequestException.RequestValidation()
                .allowParameters(exchange.queryParams().names(), Set.of());
        var place = ProjectScope.parse(projectId, requestValidation);
        var reason = ReasonRequest.parseReason(body, requestValidation);
        requestValidation.throwIfInvalid();
        return sendPauseStore
                .pause(place, reason, authorization.authorize(exchange, place))
                .map(PauseJson::of);
    }

    @DELETE
    @Operation(
            operationId = "resumeSends",
            summary = "Take a pause back",
            description =
                    "For operators of the project, or of all projects for *. What waited goes on at once, unless another"
                            + " pause holds.")
    @APIResponse(
            responseCode = "200",
            description = "The pauses that still hold the project up, be there none.",
            content = @Content(schema = @Schema(implementation = PauseJson.ListJson.class)))
    public Uni<PauseJson.ListJson> resume(
            @Parameter(ref = "paused_project") @PathParam("project_id") String projectId,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var requestValidation = new InvalidRequestException.RequestValidation()
                .allowParameters(exchange.queryParams().names(), Set.of());
        var place = ProjectScope.parse(projectId, requestValidation);
        requestValidation.throwIfInvalid();
        return sendPauseStore
                .resume(place, authorization.authorize(exchange, place))
                .map(PauseJson.ListJson::of);
    }
}
