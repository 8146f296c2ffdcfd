package dev.attachgateway.access;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.UriInfo;
import java.util.Locale;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Checks that the project in a resource's path is the one that the authentication filter checked. */
final class ProjectAccessFilter {
    private final CurrentVertxRequest current;
    private final Authorizer authorizer;

    ProjectAccessFilter(CurrentVertxRequest current, Authorizer authorizer) {
        this.current = current;
        this.authorizer = authorizer;
    }

    @ServerRequestFilter(priority = Priorities.AUTHORIZATION, nonBlocking = true)
    void checkProjectAccess(UriInfo uri) {
        String projectId = uri.getPathParameters().getFirst("project_id");
        if (projectId != null) {
            authorizer.requireProjectAccess(current.getCurrent(), projectId.toLowerCase(Locale.ROOT));
        }
    }
}
