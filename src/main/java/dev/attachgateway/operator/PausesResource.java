package dev.attachgateway.operator;

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
    private final OperatorAuthorization authorization;
    private final SendPauseStore sendPauseStore;

    PausesResource(OperatorAuthorization operatorAuthorization, SendPauseStore sendPauseStore) {
        this.authorization = operatorAuthorization;
        this.sendPauseStore = sendPauseStore;
    }

    @GET
    @Operation(
            operationId = "listPauses",
            summary = "Where nothing is sent for now",
            description = "For operators of the project named, or of all projects when none is.")
    @APIResponse(
            responseCode = "200",
            description = "The pauses that hold, the newest first; of all projects is one whose project_id is *.",
            content = @Content(schema = @Schema(implementation = PauseJson.ListJson.class)))
    public Uni<PauseJson.ListJson> list(
            @Nullable @Parameter(ref = "in_project") @QueryParam("project_id") String projectId,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var requestValidation = new InvalidRequestException.RequestValidation()
                .allowParameters(exchange.queryParams().names(), Set.of("project_id"));
        var place = ProjectScope.parse(projectId, requestValidation);
        requestValidation.throwIfInvalid();
        authorization.authorizeRead(exchange, place, "the pauses");
        return sendPauseStore.list(place).map(PauseJson.ListJson::of);
    }
}
