package dev.attachgateway.access;

import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.AccessDeniedException;
import dev.attachgateway.access.policy.AccessPolicy;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Decision;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.request.RequestId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Authorizes actions of authenticated callers and audits the decisions; without a decision the action is refused. */
@ApplicationScoped
public class Authorizer {
    private static final Logger LOG = Logger.getLogger(Authorizer.class);

    private final AccessPolicy accessPolicy;
    private final AuditLog auditLog;

    public Authorizer(AccessPolicy accessPolicy, AuditLog auditLog) {
        this.accessPolicy = accessPolicy;
        this.auditLog = auditLog;
    }

    /**
     * Requires that the caller has any grant in a project.
     *
     * @param projectId in lower case
     * @throws AccessDeniedException when the caller has none, whether the project exists or not
     * @throws AuthorizationUnavailableException when the policy cannot decide
     */
    public void requireProjectAccess(RequestContext context, String projectId) {
        var request = AuthorizationRequest.of(context, null, Resource.project(projectId));
        enforce(
                request,
                () -> accessPolicy.hasAnyGrant(request.caller(), projectId)
                        ? new Decision.Allowed("")
                        : new Decision.Denied("The caller has no grant in this project."));
    }

    /**
     * Authorizes an action of the caller of a request. Denials and allowed reads are audited here; the entry of an
     * allowed write is written by the transaction that executes it, with {@link AuditLog#record}.
     *
     * @throws AccessDeniedException when no grant covers it
     * @throws AuthorizationUnavailableException when the policy cannot decide
     */
    public Permit require(RequestContext context, Action action, Resource resource) {
        return require(AuthorizationRequest.of(context, action, resource), action);
    }

    /**
     * Authorizes again, for work that continues after the response.
     *
     * @param requestId the request that began the work
     * @throws AccessDeniedException when no grant covers it any more
     * @throws AuthorizationUnavailableException when the policy cannot decide
     */
    public Permit require(RequestId requestId, Caller caller, Action action, Resource resource) {
        return require(new AuthorizationRequest(requestId, null, caller, action, resource), action);
    }

    /**
     * The caller's permit, empty when the policy does not allow the action or cannot decide; neither is audited, since
     * another check follows.
     */
    public Optional<Permit> find(RequestContext context, Action action, Resource resource) {
        var request = AuthorizationRequest.of(context, action, resource);
        return evaluate(() -> decide(request, action)) instanceof Decision.Allowed allowed
                ? Optional.of(new Permit(request.allowedEntry(allowed.rule())))
                : Optional.empty();
    }

    /**
     * The read scope of the caller of a request in a project; the read is audited.
     *
     * @param projectId in lower case
     * @throws AccessDeniedException when the caller may read nothing there
     * @throws AuthorizationUnavailableException when the policy cannot decide
     */
    public ReadScope requireReadScope(RequestContext context, String projectId) {
        require(context, Action.READ, Resource.project(projectId));
        return accessPolicy.readScope(context.caller(), projectId);
    }

    private Permit require(AuthorizationRequest request, Action action) {
        var allowed = enforce(request, () -> decide(request, action));
        var entry = request.allowedEntry(allowed.rule());
        if (action == Action.READ) {
            auditLog.enqueue(entry);
        }
        return new Permit(entry);
    }

    private Decision decide(AuthorizationRequest request, Action action) {
        var resource = request.resource();
        return accessPolicy.decide(
                request.caller(), action, resource.projectId(), resource.serverId(), resource.volumeId());
    }

    private Decision.Allowed enforce(AuthorizationRequest request, Supplier<Decision> policy) {
        return switch (evaluate(policy)) {
            case Decision.Allowed allowed -> allowed;
            case Decision.Denied(String reason) -> {
                auditLog.enqueue(request.deniedEntry(reason));
                throw new AccessDeniedException(reason);
            }
            case Decision.Undecided(String reason) -> {
                auditLog.enqueue(request.undecidedEntry(reason));
                throw new AuthorizationUnavailableException(reason, null);
            }
        };
    }

    private static Decision evaluate(Supplier<Decision> policy) {
        try {
            return policy.get();
        } catch (RuntimeException e) {
            LOG.error("The access policy failed", e);
            return new Decision.Undecided("The access policy could not be asked.");
        }
    }
}
