package dev.attachgateway.operation.api;

import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.operation.intervention.CancelCommand;
import dev.attachgateway.operation.intervention.CancelService;
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
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** {@code POST …/operation/{operation_id}/cancel}. */
@Path("/v1/{project_id}/dev-servers/{id}/operation/{operation_id}/cancel")
@Produces(MediaType.APPLICATION_JSON)
public class CancelResource {
    private final CancelService cancelService;

    CancelResource(CancelService cancelService) {
        this.cancelService = cancelService;
    }

    /** Cancels an operation of which no request can have been sent. */
    @POST
    @org.eclipse.microprofile.openapi.annotations.Operation(
            operationId = "cancelOperation",
            summary = "Cancel an operation that has not been sent",
            description =
                    "For its caller, while the caller still has the grant, and for operators. The operation ends as failed"
                            + " with the code Gateway.Cancelled, the disk is free again, and nothing is sent. Cancelling a"
                            + " cancelled operation again gets the same response.")
    @APIResponse(
            responseCode = "200",
            description = "The cancelled operation.",
            content = @Content(schema = @Schema(implementation = OperationJson.class)))
    public Uni<OperationJson> cancel(
            @Parameter(ref = "project_id") @PathParam("project_id") String projectId,
            @Parameter(ref = "id") @PathParam("id") String serverId,
            @Parameter(ref = "operation_id") @PathParam("operation_id") String operationId,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var requestValidation = new InvalidRequestException.RequestValidation()
                .allowParameters(exchange.queryParams().names(), Set.of());
        var path = OperationPath.parse(projectId, serverId, operationId, requestValidation);
        return cancelService
                .cancel(new CancelCommand(AuthenticationFilter.contextOf(exchange), path))
                .map(OperationJson::of);
    }
}
