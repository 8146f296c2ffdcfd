package dev.attachgateway.access;

import dev.attachgateway.access.authentication.AuthenticatedCaller;
import dev.attachgateway.access.authentication.Authenticator;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.access.policy.AccessPolicy;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Reports a caller's own identity and permissions. */
@ApplicationScoped
public class CallerIntrospection {
    private static final Logger LOG = Logger.getLogger(CallerIntrospection.class);

    private final AccessPolicy accessPolicy;

    CallerIntrospection(AccessPolicy accessPolicy) {
        this.accessPolicy = accessPolicy;
    }

    /**
     * The identity of the caller of an exchange, after its project access was checked.
     *
     * @param projectId in lower case
     * @throws NotAuthenticatedException when the exchange has no authenticated caller
     * @throws AuthorizationUnavailableException when the policy cannot decide
     */
    public CallerIdentity identity(RoutingContext exchange, String projectId) {
        AuthenticatedCaller authenticated = Authenticator.authenticatedCaller(exchange);
        try {
            return new CallerIdentity(
                    authenticated.caller(),
                    authenticated.expiresAt(),
                    accessPolicy.grantedGroups(authenticated.caller(), projectId),
                    accessPolicy.permissions(authenticated.caller(), projectId));
        } catch (RuntimeException e) {
            LOG.error("The access policy failed", e);
            throw new AuthorizationUnavailableException("The access policy could not be asked.", e);
        }
    }
}
