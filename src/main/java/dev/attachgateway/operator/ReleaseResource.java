package dev.attachgateway.operator;

import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.operation.model.OperationJson;
import dev.attachgateway.operation.model.OperationPath;
import dev.attachgateway.request.InvalidRequestException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
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
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** {@code POST …/operation/{operation_id}/release}. */
@Path("/v1/{project_id}/dev-servers/{id}/operation/{operation_id}/release")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class ReleaseResource {
    private final OperatorService operatorService;

    ReleaseResource(OperatorService operatorService) {
        this.operatorService = operatorService;
    }

    /** Ends an unfinished operation as failed. */
    @POST
    @Operation(
            operationId = "releaseOperation",
            summary = "End an unfinished operation manually",
            description =
                    "For operators. The operation ends as failed with the code Gateway.Released and the disk is free"
                            + " again, whatever the outcome in the cloud: check the disk in the cloud's console first. The gateway"
                            + " continues to compare the disk with the cloud. Releasing a released operation again gets the same"
                            + " response.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ReasonRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "The released operation.",
            content = @Content(schema = @Schema(implementation = OperationJson.class)))
    public Uni<OperationJson> release(
            @Parameter(ref = "project_id") @PathParam("project_id") String projectId,
            @Parameter(ref = "id") @PathParam("id") String serverId,
            @Parameter(ref = "operation_id") @PathParam("operation_id") String operationId,
            @Nullable ReasonRequest body,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var requestValidation = new InvalidRequestException.RequestValidation()
                .allowParameters(exchange.queryParams().names(), Set.of());
        var reason = ReasonRequest.parseReason(body, requestValidation);
        var path = OperationPath.parse(projectId, serverId, operationId, requestValidation);
        return operatorService
                .release(new OperatorCommand.Release(AuthenticationFilter.contextOf(exchange), path, reason))
                .map(OperationJson::of);
    }
}
