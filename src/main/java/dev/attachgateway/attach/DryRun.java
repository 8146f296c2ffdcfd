package dev.attachgateway.attach;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.access.policy.AccessDeniedException;
import dev.attachgateway.access.policy.Decision;
import dev.attachgateway.attach.DryRunJson.Check;
import dev.attachgateway.operation.InvalidRequest;
import dev.attachgateway.operation.Operation;
import dev.attachgateway.operation.Outlook;
import dev.attachgateway.operation.Preflight;
import dev.attachgateway.operation.Reservations;
import dev.attachgateway.operation.Reservations.Outcome;
import dev.attachgateway.upstream.Credentials;
import dev.attachgateway.upstream.Guards;
import dev.attachgateway.upstream.NoCredential;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An attach or a detach that is only tried out: each check with what it finds, in the order in which a request meets them.
 * Nothing is reserved, no key is used, and the cloud is asked for nothing but server and disk.
 */
@ApplicationScoped
class DryRun {
    private static final List<String> BEHIND_THE_GRANT =
            List.of("credential", "cloud", "reservation", "server", "disk", "line");

    private final Authorizer authorizer;
    private final AuditLog audit;
    private final Credentials credentials;
    private final Guards guards;
    private final Preflight preflight;
    private final Explanations explanations;
    private final Attach attach;
    private final AttachConfig config;

    DryRun(
            Authorizer authorizer,
            AuditLog audit,
            Credentials credentials,
            Guards guards,
            Preflight preflight,
            Explanations explanations,
            Attach attach,
            AttachConfig config) {
        this.authorizer = authorizer;
        this.audit = audit;
        this.credentials = credentials;
        this.guards = guards;
        this.preflight = preflight;
        this.explanations = explanations;
        this.attach = attach;
        this.config = config;
    }

    /**
     * What would become of the request, for a caller who was let into the project and sent a well-formed one.
     *
     * <p>The idempotency key is looked up, and not used.
     *
     * @return fails when the policy cannot decide or the database does not answer
     */
    Uni<DryRunJson> of(
            RoutingContext exchange, Operation.Type type, String projectId, String serverId, String volumeId) {
        // That of a signature is none the caller has sent: a request that is tried out has another one.
        var key = IdempotencyKey.of(exchange.request().headers(), new InvalidRequest.Look());
        var checks = new ArrayList<Check>();
        checks.add(Check.passed("who", authorizer.callerOf(exchange).displayName()));
        checks.add(Check.passed("shape", "The request has the right shape."));
        Decision.Allowed decision;
        try {
            decision = authorizer.require(exchange, type.action(), projectId, serverId, volumeId);
        } catch (AccessDeniedException no) {
            checks.add(Check.refused("grant", explanations.of(no)));
            BEHIND_THE_GRANT.forEach(check ->
                    checks.add(Check.open(check, "Not looked at, for want of a grant.", "Ask for the grant first.")));
            return Uni.createFrom().item(new DryRunJson(true, false, type.word(), serverId, volumeId, checks));
        }
        checks.add(Check.passed("grant", "A grant allows it."));
        var record = authorizer
                .allowedEntry(exchange, type.action(), projectId, serverId, volumeId, decision)
                .withReason("dry run");
        audit.enqueue(record);
        var request = new Reservations.Request(type, record, key, config.standardWait());
        return credential(projectId)
                .flatMap(credential -> preflight.of(request).map(outlook -> {
                    checks.add(credential);
                    checks.add(cloud());
                    key.ifPresent(sent -> checks.add(key(outlook)));
                    checks.add(reservation(exchange, outlook));
                    checks.add(seen("server", outlook.server()));
                    checks.add(seen("disk", outlook.disk()));
                    checks.add(line(outlook));
                    return new DryRunJson(true, isAccepted(outlook, checks), type.word(), serverId, volumeId, checks);
                }));
    }

    private Uni<Check> credential(String projectId) {
        return credentials
                .require(projectId)
                .map(served -> Check.passed("credential", "The gateway has a credential for the project."))
                .onFailure(NoCredential.class)
                .recoverWithItem(missing -> Check.refused("credential", explanations.of(missing)));
    }

    private Check cloud() {
        return guards.closedFor()
                .map(left -> Check.refused("cloud", explanations.of(new CloudUnavailable(left))))
                .orElseGet(() -> Check.passed("cloud", "The cloud is called."));
    }

    private Check key(Outlook outlook) {
        if (outlook.keyReused().isPresent()) {
            return Check.refused("key", explanations.of(outlook.keyReused().get()));
        }
        return outlook.standing().orElse(null) instanceof Outcome.Replayed(var operation)
                ? Check.passed("key", "The key stands for this request: it would be answered with what came of it.")
                        .operation(operation.id())
                : Check.passed("key", "The key is not used yet.");
    }

    private Check reservation(RoutingContext exchange, Outlook outlook) {
        return switch (outlook.standing().orElse(null)) {
            case Outcome.Held(var by) -> {
                var visible = attach.ifVisible(exchange, by);
                yield Check.refused("reservation", explanations.of(new DiskReserved(visible)))
                        .operation(visible.orElse(null));
            }
            case Outcome.Joined(var operation) ->
                Check.passed("reservation", "The same request of the same caller is not finished: it would be joined.")
                        .operation(operation.id());
            case null, default -> Check.passed("reservation", "No other operation would be in its way.");
        };
    }

    private Check seen(String check, Outlook.Seen seen) {
        var why = seen.failure().map(explanations::of);
        if (why.isEmpty()) {
            return Check.passed(check, seen.found());
        }
        return seen.isGood() == null
                ? Check.open(check, seen.found(), why.get().nextStep())
                : Check.refused(check, why.get()).found(seen.found());
    }

    /** To wait is no refusal. */
    private static Check line(Outlook outlook) {
        if (outlook.paused()) {
            return Check.passed("line", "Sends are paused by an operator: the request would wait for their end.");
        }
        return Check.passed(
                "line",
                outlook.ahead() == 0
                        ? "Nothing is under way on the server."
                        : "Operations under way or waiting on the server: " + outlook.ahead()
                                + ". It would wait for its turn.");
    }

    private static boolean isAccepted(Outlook outlook, List<Check> checks) {
        var standing = outlook.standing().orElse(null);
        if (standing instanceof Outcome.Replayed) {
            return true;
        }
        // Whoever joins an operation is not looked at anew: its disk is on its way already.
        var needed = standing instanceof Outcome.Joined ? Set.of("credential", "cloud", "key", "reservation") : null;
        return checks.stream()
                .filter(check -> needed == null || needed.contains(check.check()))
                .allMatch(check -> Boolean.TRUE.equals(check.ok()));
    }
}
