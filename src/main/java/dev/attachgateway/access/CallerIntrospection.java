package dev.attachgateway.access;

import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.policy.AccessPolicy;
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
     * The identity of the caller of a request, after its project access was checked.
     *
     * @param projectId in lower case
     * @throws AuthorizationUnavailableException when the policy cannot decide
     */
    public CallerIdentity identity(RequestContext context, String projectId) {
        var caller = context.caller();
        try {
            return new CallerIdentity(
                    caller,
                    context.authenticatedCaller().expiresAt(),
                    accessPolicy.grantedGroups(caller, projectId),
                    accessPolicy.permissions(caller, projectId));
        } catch (RuntimeException e) {
            LOG.error("The access policy failed", e);
            throw new AuthorizationUnavailableException("The access policy could not be asked.", e);
        }
    }
}
