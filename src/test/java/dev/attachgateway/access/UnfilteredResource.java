package dev.attachgateway.access;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** A resource somebody put beside the gate by mistake, for tests of what happens then. */
@Path("/ungated/{project_id}")
public class UnfilteredResource {
    @GET
    @Operation(hidden = true)
    public String look(@PathParam("project_id") String project) {
        return "seen";
    }
}
