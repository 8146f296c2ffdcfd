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

/** {@code GET /v1/{project_id}/whoami}: the caller's identity and permissions in a project. */
@Path("/v1/{project_id}/whoami")
@Produces(MediaType.APPLICATION_JSON)
public class WhoamiResource {
    private final CallerIntrospection introspection;

    WhoamiResource(CallerIntrospection introspection) {
        this.introspection = introspection;
    }

    /** The caller's identity and permissions; 400 for a malformed project id or an unknown query parameter. */
    @GET
    @Operation(
            operationId = "whoami",
            summary = "The caller's identity and permissions",
            description = "Available to every caller with any grant in the project.")
    @APIResponse(
            responseCode = "200",
            description = "The caller, according to its credential and the current grants.",
            content = @Content(schema = @Schema(implementation = WhoamiJson.class)))
    public Response whoami(
            @Parameter(ref = "project_id") @PathParam("project_id") String projectId,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var project = CloudIds.normalize(projectId);
        var requestValidation = new InvalidRequestException.RequestValidation().projectId(project);
        requestValidation.rejectParameters(exchange.queryParams().names());
        requestValidation.throwIfInvalid();
        return Response.ok(WhoamiJson.of(
                        introspection.identity(AuthenticationFilter.contextOf(exchange), project), project))
                .header("Cache-Control", "no-store")
                .build();
    }
}
