package dev.attachgateway.access;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** A project resource outside the paths of the authentication filter, for tests of that mistake. */
@Path("/ungated/{project_id}")
public class UnfilteredResource {
    @GET
    @Operation(hidden = true)
    public String read(@PathParam("project_id") String project) {
        return "seen";
    }
}
