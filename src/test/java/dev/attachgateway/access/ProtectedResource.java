package dev.attachgateway.access;

import dev.attachgateway.access.policy.Action;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** A resource behind the gate, for tests of the gate. */
@Path("/v1/{project_id}/door")
public class ProtectedResource {
    private final CurrentExchange caller;
    private final Authorizer authorizer;

    ProtectedResource(CurrentExchange caller, Authorizer authorizer) {
        this.caller = caller;
        this.authorizer = authorizer;
    }

    record Knock(String volume_id) {}

    @GET
    @Operation(hidden = true)
    @Produces("text/plain")
    public String look(@PathParam("project_id") String project) {
        return caller.caller().displayName() + " " + caller.requestId().traceId();
    }

    @POST
    @Operation(hidden = true)
    @Produces("text/plain")
    public String attach(@PathParam("project_id") String project, Knock knock) {
        return authorizer
                .require(caller.exchange(), Action.ATTACH, project, "server", knock.volume_id())
                .rule();
    }
}
