package dev.attachgateway.access;

import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.UriInfo;
import java.util.Locale;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Makes sure that the project a resource was matched with is the one the caller was let into. */
final class ProjectFilter {
    private final CurrentCaller current;
    private final Doorman doorman;

    ProjectFilter(CurrentCaller current, Doorman doorman) {
        this.current = current;
        this.doorman = doorman;
    }

    @ServerRequestFilter(priority = Priorities.AUTHORIZATION, nonBlocking = true)
    void enter(UriInfo uri) {
        String projectId = uri.getPathParameters().getFirst("project_id");
        if (projectId != null) {
            doorman.enterProject(current.exchange(), projectId.toLowerCase(Locale.ROOT));
        }
    }
}
