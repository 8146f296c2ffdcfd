package dev.attachgateway.operator;

import dev.attachgateway.operation.GuardOrders;
import dev.attachgateway.operation.InvalidRequest;
import dev.attachgateway.operation.Pause;
import dev.attachgateway.upstream.Guards;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** {@code PUT /operator/guards/{service}}. */
@Path("/operator/guards/{service}")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class GuardResource {
    private final Authority authority;
    private final Guards guards;
    private final GuardOrders orders;

    GuardResource(Authority authority, Guards guards, GuardOrders orders) {
        this.authority = authority;
        this.guards = guards;
        this.orders = orders;
    }

    @PUT
    @Operation(
            operationId = "forceGuard",
            summary = "Hold a circuit breaker open or closed",
            description = "For operators of all projects. It holds on all replicas, within a second, until it is set to"
                    + " automatic again.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = GuardWish.class)))
    @APIResponse(
            responseCode = "200",
            description = "Each service, as it stands now.",
            content = @Content(schema = @Schema(implementation = GuardJson.All.class)))
    public Uni<GuardJson.All> force(
            @Parameter(
                            name = "service",
                            in = ParameterIn.PATH,
                            required = true,
                            schema = @Schema(enumeration = {"modelarts", "evs", "iam"}))
                    @PathParam("service")
                    String name,
            @Nullable GuardWish body,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var look = new InvalidRequest.Look().parameters(exchange.queryParams().names(), Set.of());
        var service = GuardWish.service(name, look);
        var wish = GuardWish.of(body, look);
        look.end();
        return orders.give(service.orElseThrow(), wish.orElseThrow(), authority.over(exchange, Pause.EVERYWHERE))
                .map(given -> GuardJson.All.of(guards.view(), orders.current()));
    }
}
