package dev.attachgateway.operator;

import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.operation.intervention.SendPauseStore;
import dev.attachgateway.request.InvalidRequestException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** {@code GET /operator/pauses}. */
@Path("/operator/pauses")
@Produces(MediaType.APPLICATION_JSON)
public class PausesResource {
    private final OperatorService operatorService;
    private final SendPauseStore sendPauseStore;

    PausesResource(OperatorService operatorService, SendPauseStore sendPauseStore) {
        this.operatorService = operatorService;
        this.sendPauseStore = sendPauseStore;
    }

    /** The active pauses; audited. */
    @GET
    @Operation(
            operationId = "listPauses",
            summary = "List the pauses of sends",
            description = "For operators of the project in project_id, or of all projects without it.")
    @APIResponse(
            responseCode = "200",
            description = "The active pauses, the newest first; a pause of all projects has the project_id *.",
            content = @Content(schema = @Schema(implementation = PauseJson.ListJson.class)))
    public Uni<PauseJson.ListJson> list(
            @Nullable @Parameter(ref = "in_project") @QueryParam("project_id") String projectId,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var requestValidation = new InvalidRequestException.RequestValidation()
                .allowParameters(exchange.queryParams().names(), Set.of("project_id"));
        var scope = ProjectScope.parse(projectId, requestValidation);
        requestValidation.throwIfInvalid();
        operatorService.authorizeRead(AuthenticationFilter.contextOf(exchange), scope, "the pauses");
        return sendPauseStore.list(scope).map(PauseJson.ListJson::of);
    }
}
