package dev.attachgateway.operator;

import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.operation.model.OperationJson;
import dev.attachgateway.operation.model.OperationPath;
import dev.attachgateway.request.InvalidRequestException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
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
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** {@code POST …/operation/{operation_id}/settle}. */
@Path("/v1/{project_id}/dev-servers/{id}/operation/{operation_id}/settle")
@Produces(MediaType.APPLICATION_JSON)
public class SettleResource {
    private final OperatorService operatorService;

    SettleResource(OperatorService operatorService) {
        this.operatorService = operatorService;
    }

    /** Restarts the settling of an unsettled operation. */
    @POST
    @Operation(
            operationId = "settleOperation",
            summary = "Restart the settling of an unsettled operation",
            description =
                    "For operators. Earlier reads without an effect no longer count, and any replica reads server and disk at"
                            + " once. This does not send a request.")
    @APIResponse(
            responseCode = "200",
            description = "The operation before the read.",
            content = @Content(schema = @Schema(implementation = OperationJson.class)))
    public Uni<OperationJson> settle(
            @Parameter(ref = "project_id") @PathParam("project_id") String projectId,
            @Parameter(ref = "id") @PathParam("id") String serverId,
            @Parameter(ref = "operation_id") @PathParam("operation_id") String operationId,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var requestValidation = new InvalidRequestException.RequestValidation()
                .allowParameters(exchange.queryParams().names(), Set.of());
        var path = OperationPath.parse(projectId, serverId, operationId, requestValidation);
        return operatorService
                .settle(new OperatorCommand.Settle(AuthenticationFilter.contextOf(exchange), path))
                .map(OperationJson::of);
    }
}
