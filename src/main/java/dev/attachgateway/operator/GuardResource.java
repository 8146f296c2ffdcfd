package dev.attachgateway.operator;

import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.operation.intervention.BreakerOverrides;
import dev.attachgateway.request.InvalidRequestException;
import dev.attachgateway.upstream.resilience.CloudGuards;
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
    private final OperatorService operatorService;
    private final CloudGuards guards;
    private final BreakerOverrides overrides;

    GuardResource(OperatorService operatorService, CloudGuards guards, BreakerOverrides overrides) {
        this.operatorService = operatorService;
        this.guards = guards;
        this.overrides = overrides;
    }

    /** Sets or removes the override of a breaker. */
    @PUT
    @Operation(
            operationId = "forceGuard",
            summary = "Force a circuit breaker open or closed",
            description =
                    "For operators of all projects. It applies to all replicas within a second, until it is set to"
                            + " automatic again.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = GuardStateRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "The guard of each service after the change.",
            content = @Content(schema = @Schema(implementation = GuardJson.ListJson.class)))
    public Uni<GuardJson.ListJson> force(
            @Parameter(
                            name = "service",
                            in = ParameterIn.PATH,
                            required = true,
                            schema = @Schema(enumeration = {"modelarts", "evs", "iam"}))
                    @PathParam("service")
                    String name,
            @Nullable GuardStateRequest body,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var requestValidation = new InvalidRequestException.RequestValidation()
                .allowParameters(exchange.queryParams().names(), Set.of());
        var service = GuardStateRequest.parseService(name, requestValidation);
        var state = GuardStateRequest.parseState(body, requestValidation);
        requestValidation.throwIfInvalid();
        return operatorService
                .override(new OperatorCommand.OverrideBreaker(
                        AuthenticationFilter.contextOf(exchange), service.orElseThrow(), state.orElseThrow()))
                .map(_ -> GuardJson.ListJson.of(guards.snapshots(), overrides.current()));
    }
}
