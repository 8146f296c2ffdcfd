package dev.attachgateway.operator;

import dev.attachgateway.access.AuthenticationFilter;
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
    private final OperatorService operatorService;

    PauseResource(OperatorService operatorService) {
        this.operatorService = operatorService;
    }

    /** Starts a pause or replaces its reason. */
    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "pauseSends",
            summary = "Pause sends in a project or in all projects",
            description =
                    "For operators of the project, or of all projects for *. On all replicas and until sends are resumed:"
                            + " operations are queued, and those already sent are followed to their end. A request whose intent"
                            + " was committed before may still be sent, for as long as operation.send-timeout.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ReasonRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "The pause; an existing pause now has this reason.",
            content = @Content(schema = @Schema(implementation = PauseJson.class)))
    public Uni<PauseJson> pause(
            @Parameter(ref = "paused_project") @PathParam("project_id") String projectId,
            @Nullable ReasonRequest body,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var requestValidation = new InvalidRequestException.RequestValidation()
                .allowParameters(exchange.queryParams().names(), Set.of());
        var scope = ProjectScope.parse(projectId, requestValidation);
        var reason = ReasonRequest.parseReason(body, requestValidation);
        requestValidation.throwIfInvalid();
        return operatorService
                .pause(new OperatorCommand.Pause(AuthenticationFilter.contextOf(exchange), scope, reason))
                .map(PauseJson::of);
    }

    /** Ends a pause. */
    @DELETE
    @Operation(
            operationId = "resumeSends",
            summary = "Resume sends",
            description =
                    "For operators of the project, or of all projects for *. Waiting operations continue at once, unless"
                            + " another pause applies.")
    @APIResponse(
            responseCode = "200",
            description = "The pauses that still apply to the project; may be empty.",
            content = @Content(schema = @Schema(implementation = PauseJson.ListJson.class)))
    public Uni<PauseJson.ListJson> resume(
            @Parameter(ref = "paused_project") @PathParam("project_id") String projectId,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var requestValidation = new InvalidRequestException.RequestValidation()
                .allowParameters(exchange.queryParams().names(), Set.of());
        var scope = ProjectScope.parse(projectId, requestValidation);
        requestValidation.throwIfInvalid();
        return operatorService
                .resume(new OperatorCommand.Resume(AuthenticationFilter.contextOf(exchange), scope))
                .map(PauseJson.ListJson::of);
    }
}
