package dev.attachgateway.access;

import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.request.InvalidRequestException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** {@code GET /v1/{project_id}/whoami}. */
@Path("/v1/{project_id}/whoami")
@Produces(MediaType.APPLICATION_JSON)
public class WhoamiResource {
    private final CallerIntrospection introspection;

    WhoamiResource(CallerIntrospection introspection) {
        this.introspection = introspection;
    }

    @GET
    @Operation(
            operationId = "whoami",
            summary = "Who the caller is, and what it may do",
            description = "For everyone who has any grant in the project, of whatever kind.")
    @APIResponse(
            responseCode = "200",
            description = "The caller, as its credential and the grants are at this moment.",
            content = @Content(schema = @Schema(implementation = WhoamiJson.class)))
    public Response whoami(
            @Parameter(ref = "project_id") @PathParam("project_id") String projectId,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var project = CloudIds.normalize(projectId);
        var requestValidation = new InvalidRequestException.RequestValidation().projectId(project);
        requestValidation.rejectParameters(exchange.queryParams().names());
        requestValidation.throwIfInvalid();
        return Response.ok(WhoamiJson.of(introspection.identity(exchange, project), project))
                .header("Cache-Control", "no-store")
                .build();
    }
}
