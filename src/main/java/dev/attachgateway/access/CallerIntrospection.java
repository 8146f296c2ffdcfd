package dev.attachgateway.access;

import dev.attachgateway.access.authentication.AuthenticatedCaller;
import dev.attachgateway.access.authentication.Authenticator;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.access.policy.AccessPolicy;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Tells callers who they are here, and what they may do. */
@ApplicationScoped
public class CallerIntrospection {
    private static final Logger LOG = Logger.getLogger(CallerIntrospection.class);

    private final AccessPolicy accessPolicy;

    CallerIntrospection(AccessPolicy accessPolicy) {
        this.accessPolicy = accessPolicy;
    }

    /**
     * The caller of an exchange, after it was let into the project.
     *
     * @param projectId in lower case
     * @throws NotAuthenticatedException when nobody was let in
     * @throws AuthorizationUnavailableException when the policy cannot find out
     */
    public CallerIdentity identity(RoutingContext exchange, String projectId) {
        AuthenticatedCaller known = Authenticator.authenticatedCaller(exchange);
        try {
            return new CallerIdentity(
                    known.caller(),
                    known.expiresAt(),
                    accessPolicy.grantedGroups(known.caller(), projectId),
                    accessPolicy.permissions(known.caller(), projectId));
        } catch (RuntimeException e) {
            LOG.error("The access policy failed", e);
            throw new AuthorizationUnavailableException("The access policy could not be asked.", e);
        }
    }
}
