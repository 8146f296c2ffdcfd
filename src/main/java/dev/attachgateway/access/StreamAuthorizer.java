package dev.attachgateway.access;

import dev.attachgateway.access.accesskey.AccessKeys;
import dev.attachgateway.access.authentication.AuthenticatedCaller;
import dev.attachgateway.access.authentication.Authenticator;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.access.authentication.RevocationHandle;
import dev.attachgateway.access.policy.AccessPolicy;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.access.session.SessionStore;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;

/** Gives licences, and says what has become of them. */
@ApplicationScoped
public class StreamAuthorizer {
    private static final Logger LOG = Logger.getLogger(StreamAuthorizer.class);

    private final AccessPolicy accessPolicy;
    private final AccessKeys accessKeys;
    private final SessionStore sessionStore;

    StreamAuthorizer(AccessPolicy accessPolicy, AccessKeys keys, SessionStore sessionStore) {
        this.accessPolicy = accessPolicy;
        this.accessKeys = keys;
        this.sessionStore = sessionStore;
    }

    /**
     * A licence for the caller of an exchange.
     *
     * @param projectId in lower case
     * @param readScope what the doorman has just let the caller see
     * @throws NotAuthenticatedException when nobody was let in
     */
    public StreamAuthorization authorize(RoutingContext exchange, String projectId, ReadScope readScope) {
        AuthenticatedCaller caller = Authenticator.authenticatedCaller(exchange);
        return new StreamAuthorization(
                new StreamAuthorization.Entitlement(caller.caller(), projectId, readScope, caller.revocationHandle()),
                caller.expiresAt());
    }

    /** Whether a right still holds. Nothing goes on record: whoever is refused for it comes back and is asked anew. */
    public StreamAuthorization.AuthorizationStatus currentStatus(StreamAuthorization.Entitlement entitlement) {
        if (entitlement.revocationHandle().filter(RevocationHandle::isRevoked).isPresent()) {
            return StreamAuthorization.AuthorizationStatus.REVOKED;
        }
        try {
            return accessPolicy
                            .readScope(entitlement.caller(), entitlement.projectId())
                            .covers(entitlement.readScope())
                    ? StreamAuthorization.AuthorizationStatus.VALID
                    : StreamAuthorization.AuthorizationStatus.REVOKED;
        } catch (RuntimeException e) {
            LOG.debug("The access policy could not be asked again", e);
            return StreamAuthorization.AuthorizationStatus.UNDECIDED;
        }
    }

    /** Equal to an earlier one only when no verdict has changed since, except by those that were undecided. */
    public Object version() {
        try {
            return List.of(accessPolicy.version(), accessKeys.version(), sessionStore.version());
        } catch (RuntimeException e) {
            return new Object();
        }
    }
}
