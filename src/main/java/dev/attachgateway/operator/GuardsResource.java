package dev.attachgateway.operator;

import dev.attachgateway.operation.GuardOrders;
import dev.attachgateway.operation.InvalidRequest;
import dev.attachgateway.operation.Pause;
import dev.attachgateway.upstream.Guards;
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
    private final Authority authority;
    private final Guards guards;
    private final GuardOrders orders;

    GuardsResource(Authority authority, Guards guards, GuardOrders orders) {
        this.authority = authority;
        this.guards = guards;
        this.orders = orders;
    }

    @GET
    @Operation(
            operationId = "listGuards",
            summary = "How the gateway stands to the cloud's services",
            description =
                    "For operators of all projects. What was set by hand holds on all replicas; health, calls under way"
                            + " and budgets are of the replica that answers.")
    @APIResponse(
            responseCode = "200",
            description = "Each service.",
            content = @Content(schema = @Schema(implementation = GuardJson.All.class)))
    public Uni<GuardJson.All> list(@Parameter(hidden = true) @Context RoutingContext exchange) {
        new InvalidRequest.Look()
                .parameters(exchange.queryParams().names(), Set.of())
                .end();
        authority.mayLook(exchange, Pause.EVERYWHERE, "the guards");
        return Uni.createFrom().item(GuardJson.All.of(guards.view(), orders.current()));
    }
}
