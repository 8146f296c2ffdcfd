package dev.attachgateway.access;

import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.policy.AccessDeniedException;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.UriInfo;
import java.util.Locale;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Checks access to the project of a request once, and again when a resource's path parameter names another project. */
@Singleton
public final class ProjectAccessFilter {
    private static final String PROJECT_KEY = ProjectAccessFilter.class.getName();

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
            require(current.getCurrent(), projectId.toLowerCase(Locale.ROOT));
        }
    }

    /**
     * Requires that the caller has any grant in a project; a second call for the same exchange and project does nothing.
     *
     * @param projectId in lower case
     * @throws AccessDeniedException when the caller has none, whether the project exists or not
     * @throws AuthorizationUnavailableException when the policy cannot decide
     */
    public void require(RoutingContext exchange, String projectId) {
        if (!projectId.equals(exchange.get(PROJECT_KEY))) {
            authorizer.requireProjectAccess(AuthenticationFilter.contextOf(exchange), projectId);
            exchange.put(PROJECT_KEY, projectId);
        }
    }
}
