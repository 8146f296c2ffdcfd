package dev.attachgateway.access;

import dev.attachgateway.access.authentication.Authenticator;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.request.RequestId;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** A resource behind the authentication filter, for its tests. */
@Path("/v1/{project_id}/door")
public class ProtectedResource {
    private final CurrentVertxRequest current;
    private final Authorizer authorizer;

    ProtectedResource(CurrentVertxRequest current, Authorizer authorizer) {
        this.current = current;
        this.authorizer = authorizer;
    }

    record AttachBody(String volume_id) {}

    @GET
    @Operation(hidden = true)
    @Produces("text/plain")
    public String read(@PathParam("project_id") String project) {
        var exchange = current.getCurrent();
        return Authenticator.callerOf(exchange).displayName() + " "
                + RequestId.of(exchange).traceId();
    }

    @POST
    @Operation(hidden = true)
    @Produces("text/plain")
    public String attach(@PathParam("project_id") String project, AttachBody body) {
        var context = AuthenticationFilter.contextOf(current.getCurrent());
        return String.valueOf(authorizer
                .require(context, Action.ATTACH, new Resource(project, "server", body.volume_id()))
                .auditEntry()
                .rule());
    }
}
