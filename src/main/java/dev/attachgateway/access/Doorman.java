package dev.attachgateway.access;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Says who is calling and whether they may; every answer goes on record, and no answer means no. */
@ApplicationScoped
public class Doorman {
    private static final Logger LOG = Logger.getLogger(Doorman.class);
    private static final String CALLER = Authenticated.class.getName();
    private static final String PROJECT = Doorman.class.getName() + ".project";

    private final Authentication authentication;
    private final Grants grants;
    private final Audit audit;
    private final ClientAddress client;

    Doorman(Authentication authentication, Grants grants, Audit audit, ClientAddress client) {
        this.authentication = authentication;
        this.grants = grants;
        this.audit = audit;
        this.client = client;
    }

    /**
     * Who sent this request; verified once, then remembered with the exchange. The {@code Uni} fails with {@link
     * NotAuthenticated}, {@link CredentialsDisagree} or {@link AccessUndecided}.
     */
    public Uni<Caller> caller(RoutingContext exchange) {
        Authenticated known = exchange.get(CALLER);
        if (known != null) {
            return Uni.createFrom().item(known.caller());
        }
        return authentication
                .authenticate(exchange)
                .invoke(caller -> exchange.put(CALLER, caller))
                .map(Authenticated::caller);
    }

    /**
     * Who sent this request, after it came in by the gate.
     *
     * @throws NotAuthenticated when it did not
     */
    public Caller callerOf(RoutingContext exchange) {
        return authenticated(exchange).caller();
    }

    /** The same with the end of its credential. */
    static Authenticated authenticated(RoutingContext exchange) {
        Authenticated caller = exchange.get(CALLER);
        if (caller == null) {
            throw NotAuthenticated.missing();
        }
        return caller;
    }

    /**
     * Lets the caller into a project in which it has any grant, whatever for; asked again for the same project it
     * does nothing.
     *
     * @param projectId in lower case
     * @throws NotGranted when it has none, whether the project exists or not
     * @throws AccessUndecided when the policy cannot find out
     */
    public void enterProject(RoutingContext exchange, String projectId) {
        if (projectId.equals(exchange.get(PROJECT))) {
            return;
        }
        Question question = question(exchange, null, projectId, null, null);
        settle(
                question,
                () -> grants.anyIn(question.caller(), projectId)
                        ? new Decision.Allowed("")
                        : new Decision.Denied("The caller has no grant in this project."));
        exchange.put(PROJECT, projectId);
    }

    /**
     * Decides one action of the caller of this exchange. Refusals and allowed reads are put on record here; an allowed
     * write is put on record by whoever reserves, with {@link Audit#record} and {@link #allowed}.
     *
     * @param projectId in lower case, as all ids
     * @param serverId the server, or null when none in particular is meant
     * @param volumeId the disk, or null when none in particular is meant
     * @throws NotGranted when the answer is no
     * @throws AccessUndecided when the policy cannot find out
     */
    public Decision.Allowed may(
            RoutingContext exchange,
            Action action,
            String projectId,
            @Nullable String serverId,
            @Nullable String volumeId) {
        return may(question(exchange, action, projectId, serverId, volumeId), action);
    }

    /**
     * Decides one action again, without an exchange, for work that goes on after the answer.
     *
     * @param requestId the request the work began with
     * @throws NotGranted when the answer is no
     * @throws AccessUndecided when the policy cannot find out
     */
    public Decision.Allowed may(
            RequestId requestId,
            Caller caller,
            Action action,
            String projectId,
            @Nullable String serverId,
            @Nullable String volumeId) {
        return may(new Question(requestId, null, caller, action, projectId, serverId, volumeId), action);
    }

    /**
     * All that the caller of this exchange may read in a project; that it looked goes on record.
     *
     * @param projectId in lower case
     * @throws NotGranted when it may read nothing there
     * @throws AccessUndecided when the policy cannot find out
     */
    public Sight sight(RoutingContext exchange, String projectId) {
        may(exchange, Action.READ, projectId, null, null);
        return grants.sight(callerOf(exchange), projectId);
    }

    /** The line for an allowed write, to be recorded in the transaction that reserves. */
    public AuditRecord allowed(
            RoutingContext exchange,
            Action action,
            String projectId,
            @Nullable String serverId,
            @Nullable String volumeId,
            Decision.Allowed decision) {
        return question(exchange, action, projectId, serverId, volumeId).allowed(decision.rule());
    }

    private Decision.Allowed may(Question question, Action action) {
        Decision.Allowed yes = settle(
                question,
                () -> grants.decide(
                        question.caller(), action, question.projectId(), question.serverId(), question.volumeId()));
        if (action == Action.READ) {
            audit.note(question.allowed(yes.rule()));
        }
        return yes;
    }

    private Decision.Allowed settle(Question question, Supplier<Decision> policy) {
        return switch (decided(policy)) {
            case Decision.Allowed yes -> yes;
            case Decision.Denied(String reason) -> {
                audit.note(question.denied(reason));
                throw new NotGranted(question.action(), question.projectId(), reason);
            }
            case Decision.Undecided(String reason) -> {
                audit.note(question.undecided(reason));
                throw new AccessUndecided(reason, null);
            }
        };
    }

    private static Decision decided(Supplier<Decision> policy) {
        try {
            return policy.get();
        } catch (RuntimeException e) {
            LOG.error("The access policy failed", e);
            return new Decision.Undecided("The access policy could not be asked.");
        }
    }

    private Question question(
            RoutingContext exchange,
            @Nullable Action action,
            String projectId,
            @Nullable String serverId,
            @Nullable String volumeId) {
        return new Question(
                RequestId.of(exchange), client.of(exchange), callerOf(exchange), action, projectId, serverId, volumeId);
    }
}
