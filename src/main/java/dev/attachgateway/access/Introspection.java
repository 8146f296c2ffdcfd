package dev.attachgateway.access;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Tells callers who they are here, and what they may do. */
@ApplicationScoped
public class Introspection {
    private static final Logger LOG = Logger.getLogger(Introspection.class);

    private final Grants grants;

    Introspection(Grants grants) {
        this.grants = grants;
    }

    /**
     * The caller of an exchange, after it was let into the project.
     *
     * @param projectId in lower case
     * @throws NotAuthenticated when nobody was let in
     * @throws AccessUndecided when the policy cannot find out
     */
    public Identity identity(RoutingContext exchange, String projectId) {
        Authenticated known = Doorman.authenticated(exchange);
        try {
            return new Identity(
                    known.caller(),
                    known.until(),
                    grants.groups(known.caller(), projectId),
                    grants.permissions(known.caller(), projectId));
        } catch (RuntimeException e) {
            LOG.error("The access policy failed", e);
            throw new AccessUndecided("The access policy could not be asked.", e);
        }
    }
}
