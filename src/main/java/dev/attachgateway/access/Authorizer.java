package dev.attachgateway.access;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.access.authentication.AuthenticatedCaller;
import dev.attachgateway.access.authentication.AuthenticationMechanisms;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.authentication.ConflictingCredentialsException;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.access.policy.AccessDeniedException;
import dev.attachgateway.access.policy.AccessPolicy;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Decision;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.request.ClientAddressResolver;
import dev.attachgateway.request.RequestId;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Says who is calling and whether they may; every answer goes on record, and no answer means no. */
@ApplicationScoped
public class Authorizer {
    private static final Logger LOG = Logger.getLogger(Authorizer.class);
    private static final String CALLER_KEY = AuthenticatedCaller.class.getName();
    private static final String PROJECT_KEY = Authorizer.class.getName() + ".project";

    private final AuthenticationMechanisms mechanisms;
    private final AccessPolicy accessPolicy;
    private final AuditLog auditLog;
    private final ClientAddressResolver addressResolver;

    public Authorizer(
            AuthenticationMechanisms authentication,
            AccessPolicy accessPolicy,
            AuditLog audit,
            ClientAddressResolver client) {
        this.mechanisms = authentication;
        this.accessPolicy = accessPolicy;
        this.auditLog = audit;
        this.addressResolver = client;
    }

    /**
     * Who sent this request; verified once, then remembered with the exchange. The {@code Uni} fails with {@link
     * NotAuthenticatedException}, {@link ConflictingCredentialsException} or {@link AuthorizationUnavailableException}.
     */
    public Uni<Caller> authenticate(RoutingContext exchange) {
        AuthenticatedCaller known = exchange.get(CALLER_KEY);
        if (known != null) {
            return Uni.createFrom().item(known.caller());
        }
        return mechanisms
                .authenticate(exchange)
                .invoke(caller -> exchange.put(CALLER_KEY, caller))
                .map(AuthenticatedCaller::caller);
    }

    /**
     * Who sent this request, after it came in by the gate.
     *
     * @throws NotAuthenticatedException when it did not
     */
    public Caller callerOf(RoutingContext exchange) {
        return authenticatedCaller(exchange).caller();
    }

    /** The same with the end of its credential. */
    public static AuthenticatedCaller authenticatedCaller(RoutingContext exchange) {
        AuthenticatedCaller caller = exchange.get(CALLER_KEY);
        if (caller == null) {
            throw NotAuthenticatedException.missingCredential();
        }
        return caller;
    }

    /**
     * Lets the caller into a project in which it has any grant, whatever for; asked again for the same project it
     * does nothing.
     *
     * @param projectId in lower case
     * @throws AccessDeniedException when it has none, whether the project exists or not
     * @throws AuthorizationUnavailableException when the policy cannot find out
     */
    public void requireProjectAccess(RoutingContext exchange, String projectId) {
        if (projectId.equals(exchange.get(PROJECT_KEY))) {
            return;
        }
        AuthorizationRequest authorizationRequest = authorizationRequest(exchange, null, projectId, null, null);
        enforce(
                authorizationRequest,
                () -> accessPolicy.hasAnyGrant(authorizationRequest.caller(), projectId)
                        ? new Decision.Allowed("")
                        : new Decision.Denied("The caller has no grant in this project."));
        exchange.put(PROJECT_KEY, projectId);
    }

    /**
     * Decides one action of the caller of this exchange. Refusals and allowed reads are put on record here; an allowed
     * write is put on record by whoever reserves, with {@link AuditLog#record} and {@link #allowedEntry}.
     *
     * @param projectId in lower case, as all ids
     * @param serverId the server, or null when none in particular is meant
     * @param volumeId the disk, or null when none in particular is meant
     * @throws AccessDeniedException when the answer is no
     * @throws AuthorizationUnavailableException when the policy cannot find out
     */
    public Decision.Allowed require(
            RoutingContext exchange,
            Action action,
            String projectId,
            @Nullable String serverId,
            @Nullable String volumeId) {
        return require(authorizationRequest(exchange, action, projectId, serverId, volumeId), action);
    }

    /**
     * Decides one action again, without an exchange, for work that goes on after the answer.
     *
     * @param requestId the request the work began with
     * @throws AccessDeniedException when the answer is no
     * @throws AuthorizationUnavailableException when the policy cannot find out
     */
    public Decision.Allowed require(
            RequestId requestId,
            Caller caller,
            Action action,
            String projectId,
            @Nullable String serverId,
            @Nullable String volumeId) {
        return require(
                new AuthorizationRequest(requestId, null, caller, action, projectId, serverId, volumeId), action);
    }

    /**
     * All that the caller of this exchange may read in a project; that it looked goes on record.
     *
     * @param projectId in lower case
     * @throws AccessDeniedException when it may read nothing there
     * @throws AuthorizationUnavailableException when the policy cannot find out
     */
    public ReadScope requireReadScope(RoutingContext exchange, String projectId) {
        require(exchange, Action.READ, projectId, null, null);
        return accessPolicy.readScope(callerOf(exchange), projectId);
    }

    /** The line for an allowed write, to be recorded in the transaction that reserves. */
    public AuditEntry allowedEntry(
            RoutingContext exchange,
            Action action,
            String projectId,
            @Nullable String serverId,
            @Nullable String volumeId,
            Decision.Allowed decision) {
        return authorizationRequest(exchange, action, projectId, serverId, volumeId)
                .allowedEntry(decision.rule());
    }

    private Decision.Allowed require(AuthorizationRequest authorizationRequest, Action action) {
        Decision.Allowed yes = enforce(
                authorizationRequest,
                () -> accessPolicy.decide(
                        authorizationRequest.caller(),
                        action,
                        authorizationRequest.projectId(),
                        authorizationRequest.serverId(),
                        authorizationRequest.volumeId()));
        if (action == Action.READ) {
            auditLog.enqueue(authorizationRequest.allowedEntry(yes.rule()));
        }
        return yes;
    }

    private Decision.Allowed enforce(AuthorizationRequest authorizationRequest, Supplier<Decision> policy) {
        return switch (evaluate(policy)) {
            case Decision.Allowed yes -> yes;
            case Decision.Denied(String reason) -> {
                auditLog.enqueue(authorizationRequest.deniedEntry(reason));
                throw new AccessDeniedException(
                        authorizationRequest.action(), authorizationRequest.projectId(), reason);
            }
            case Decision.Undecided(String reason) -> {
                auditLog.enqueue(authorizationRequest.undecidedEntry(reason));
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

    private AuthorizationRequest authorizationRequest(
            RoutingContext exchange,
            @Nullable Action action,
            String projectId,
            @Nullable String serverId,
            @Nullable String volumeId) {
        return new AuthorizationRequest(
                RequestId.of(exchange),
                addressResolver.resolve(exchange),
                callerOf(exchange),
                action,
                projectId,
                serverId,
                volumeId);
    }
}
