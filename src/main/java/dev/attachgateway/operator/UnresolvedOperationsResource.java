package dev.attachgateway.operator;

import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.operation.intervention.SendPause;
import dev.attachgateway.operation.maintenance.UnresolvedOperationQuery;
import dev.attachgateway.operation.maintenance.UnresolvedOperationQuery.UnresolvedState;
import dev.attachgateway.request.InvalidRequestException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** {@code GET /operator/operations}. */
@Path("/operator/operations")
@Produces(MediaType.APPLICATION_JSON)
public class UnresolvedOperationsResource {
    private final OperatorService operatorService;
    private final UnresolvedOperationQuery unresolvedQuery;

    UnresolvedOperationsResource(OperatorService operatorService, UnresolvedOperationQuery unresolvedQuery) {
        this.operatorService = operatorService;
        this.unresolvedQuery = unresolvedQuery;
    }

    /** The operations in a state that needs attention; audited. */
    @GET
    @Operation(
            operationId = "listCases",
            summary = "List the operations that need attention",
            description =
                    "For operators of the project in project_id, or of all projects without it. unsettled: the outcome is"
                            + " unknown. stuck: the operation has exceeded the limit of its step. drift: the cloud contradicts"
                            + " its result.")
    @APIResponse(
            responseCode = "200",
            description =
                    "The operations and how long they have been in this state, the newest operation first, 100 at most.",
            content = @Content(schema = @Schema(implementation = UnresolvedOperationJson.ListJson.class)))
    public Uni<UnresolvedOperationJson.ListJson> list(
            @Nullable
                    @Parameter(
                            name = "state",
                            in = ParameterIn.QUERY,
                            required = true,
                            schema = @Schema(enumeration = {"unsettled", "stuck", "drift"}))
                    @QueryParam("state")
                    String state,
            @Nullable @Parameter(ref = "in_project") @QueryParam("project_id") String projectId,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var requestValidation = new InvalidRequestException.RequestValidation()
                .allowParameters(exchange.queryParams().names(), Set.of("state", "project_id"));
        var scope = ProjectScope.parse(projectId, requestValidation);
        var unresolvedState = Arrays.stream(UnresolvedState.values())
                .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(state))
                .findFirst();
        if (unresolvedState.isEmpty()) {
            requestValidation.addViolation("state", "has to be unsettled, stuck or drift");
        }
        requestValidation.throwIfInvalid();
        operatorService.authorizeRead(
                AuthenticationFilter.contextOf(exchange), scope, "operations in the state " + state);
        return unresolvedQuery
                .list(unresolvedState.orElseThrow(), scope.equals(SendPause.ALL_PROJECTS) ? null : scope)
                .map(UnresolvedOperationJson.ListJson::of);
    }
}
