package dev.attachgateway.operator;

import dev.attachgateway.operation.InvalidRequest;
import dev.attachgateway.operation.Pauses;
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
    private final Authority authority;
    private final Pauses pauses;

    PausesResource(Authority authority, Pauses pauses) {
        this.authority = authority;
        this.pauses = pauses;
    }

    @GET
    @Operation(
            operationId = "listPauses",
            summary = "Where nothing is sent for now",
            description = "For operators of the project named, or of all projects when none is.")
    @APIResponse(
            responseCode = "200",
            description = "The pauses that hold, the newest first; of all projects is one whose project_id is *.",
            content = @Content(schema = @Schema(implementation = PauseJson.All.class)))
    public Uni<PauseJson.All> list(
            @Nullable @Parameter(ref = "in_project") @QueryParam("project_id") String projectId,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var look = new InvalidRequest.Look().parameters(exchange.queryParams().names(), Set.of("project_id"));
        var place = Place.of(projectId, look);
        look.end();
        authority.mayLook(exchange, place, "the pauses");
        return pauses.of(place).map(PauseJson.All::of);
    }
}
