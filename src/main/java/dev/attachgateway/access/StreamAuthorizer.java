package dev.attachgateway.access;

import dev.attachgateway.access.accesskey.AccessKeys;
import dev.attachgateway.access.authentication.RevocationHandle;
import dev.attachgateway.access.policy.AccessPolicy;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.access.session.SessionStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;

/** Issues stream authorizations and re-evaluates their entitlements. */
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
     * A stream authorization for the caller of a request.
     *
     * @param projectId in lower case
     * @param readScope as the authorizer has just granted it
     */
    public StreamAuthorization authorize(RequestContext context, String projectId, ReadScope readScope) {
        var caller = context.authenticatedCaller();
        return new StreamAuthorization(
                new StreamAuthorization.Entitlement(caller.caller(), projectId, readScope, caller.revocationHandle()),
                caller.expiresAt());
    }

    /**
     * The current status of an entitlement. Nothing is audited: a client whose stream ends reconnects, and that request
     * is audited.
     */
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
            LOG.debug("The access policy failed to re-evaluate a stream", e);
            return StreamAuthorization.AuthorizationStatus.UNDECIDED;
        }
    }

    /** Equal to an earlier version only when no status has changed since, except that of undecided entitlements. */
    public Object version() {
        try {
            return List.of(accessPolicy.version(), accessKeys.version(), sessionStore.version());
        } catch (RuntimeException _) {
            return new Object();
        }
    }
}
