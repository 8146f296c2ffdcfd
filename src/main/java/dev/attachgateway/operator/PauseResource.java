package dev.attachgateway.operator;

import dev.attachgateway.operation.InvalidRequest;
import dev.attachgateway.operation.Pauses;
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
    private final Authority authority;
    private final Pauses pauses;

    PauseResource(Authority authority, Pauses pauses) {
        this.authority = authority;
        this.pauses = pauses;
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "pauseSends",
            summary = "Send nothing more, in a project or everywhere",
            description =
                    "For operators of the project, or of all projects for *. On all replicas and until it is taken back:"
                            + " operations wait in line, and what had begun is followed to its end. A request whose intent was"
                            + " committed before may still leave, for as long as operation.send-within.")
    @RequestBody(
            required = true,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Reason.class)))
    @APIResponse(
            responseCode = "200",
            description = "The pause; one that held before has this reason now.",
            content = @Content(schema = @Schema(implementation = PauseJson.class)))
    public Uni<PauseJson> pause(
            @Parameter(ref = "paused_project") @PathParam("project_id") String projectId,
            @Nullable Reason body,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var look = new InvalidRequest.Look().parameters(exchange.queryParams().names(), Set.of());
        var place = Place.of(projectId, look);
        var reason = Reason.of(body, look);
        look.end();
        return pauses.pause(place, reason, authority.over(exchange, place)).map(PauseJson::of);
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
            content = @Content(schema = @Schema(implementation = PauseJson.All.class)))
    public Uni<PauseJson.All> resume(
            @Parameter(ref = "paused_project") @PathParam("project_id") String projectId,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var look = new InvalidRequest.Look().parameters(exchange.queryParams().names(), Set.of());
        var place = Place.of(projectId, look);
        look.end();
        return pauses.resume(place, authority.over(exchange, place)).map(PauseJson.All::of);
    }
}
