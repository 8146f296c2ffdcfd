package dev.attachgateway.operator;

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
    private final OperatorAuthorization authorization;
    private final UnresolvedOperationQuery unresolvedQuery;

    UnresolvedOperationsResource(OperatorAuthorization operatorAuthorization, UnresolvedOperationQuery unresolved) {
        this.authorization = operatorAuthorization;
        this.unresolvedQuery = unresolved;
    }

    @GET
    @Operation(
            operationId = "listCases",
            summary = "The operations that need hands",
            description =
                    "For operators of the project named, or of all projects when none is. unsettled: the outcome is"
                            + " unknown. stuck: it should have gone on or ended by now. drift: the cloud has contradicted its end.")
    @APIResponse(
            responseCode = "200",
            description = "Those operations and how long they have been so, the newest operation first, 100 at most.",
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
        var place = ProjectScope.parse(projectId, requestValidation);
        var matter = Arrays.stream(UnresolvedState.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(state))
                .findFirst();
        if (matter.isEmpty()) {
            requestValidation.addViolation("state", "has to be unsettled, stuck or drift");
        }
        requestValidation.throwIfInvalid();
        authorization.authorizeRead(exchange, place, "operations in the state " + state);
        return unresolvedQuery
                .list(matter.orElseThrow(), place.equals(SendPause.ALL_PROJECTS) ? null : place)
                .map(UnresolvedOperationJson.ListJson::of);
    }
}
