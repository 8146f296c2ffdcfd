package dev.attachgateway.operator;

import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.operation.intervention.BreakerOverrides;
import dev.attachgateway.operation.intervention.SendPause;
import dev.attachgateway.request.InvalidRequestException;
import dev.attachgateway.upstream.resilience.CloudGuards;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** {@code GET /operator/guards}. */
@Path("/operator/guards")
@Produces(MediaType.APPLICATION_JSON)
public class GuardsResource {
    private final OperatorService operatorService;
    private final CloudGuards guards;
    private final BreakerOverrides overrides;

    GuardsResource(OperatorService operatorService, CloudGuards guards, BreakerOverrides overrides) {
        this.operatorService = operatorService;
        this.guards = guards;
        this.overrides = overrides;
    }

    /** The guards of all services; audited. */
    @GET
    @Operation(
            operationId = "listGuards",
            summary = "List the guards of the cloud services",
            description =
                    "For operators of all projects. Overrides apply to all replicas; health, running calls and budgets are of"
                            + " the replica that responds.")
    @APIResponse(
            responseCode = "200",
            description = "The guard of each service.",
            content = @Content(schema = @Schema(implementation = GuardJson.ListJson.class)))
    public Uni<GuardJson.ListJson> list(@Parameter(hidden = true) @Context RoutingContext exchange) {
        new InvalidRequestException.RequestValidation()
                .allowParameters(exchange.queryParams().names(), Set.of())
                .throwIfInvalid();
        operatorService.authorizeRead(AuthenticationFilter.contextOf(exchange), SendPause.ALL_PROJECTS, "the guards");
        return Uni.createFrom().item(GuardJson.ListJson.of(guards.snapshots(), overrides.current()));
    }
}
