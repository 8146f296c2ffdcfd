package dev.attachgateway.access;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** A resource behind the gate, for tests of the gate. */
@Path("/v1/{project_id}/door")
public class DoorResource {
    private final CurrentCaller caller;
    private final Doorman doorman;

    DoorResource(CurrentCaller caller, Doorman doorman) {
        this.caller = caller;
        this.doorman = doorman;
    }

    record Knock(String volume_id) {}

    @GET
    @Operation(hidden = true)
    @Produces("text/plain")
    public String look(@PathParam("project_id") String project) {
        return caller.get().display() + " " + caller.requestId().traceId();
    }

    @POST
    @Operation(hidden = true)
    @Produces("text/plain")
    public String attach(@PathParam("project_id") String project, Knock knock) {
        return doorman.may(caller.exchange(), Action.ATTACH, project, "server", knock.volume_id())
                .rule();
    }
}
