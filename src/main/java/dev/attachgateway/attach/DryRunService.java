package dev.attachgateway.attach;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.Permit;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.access.authentication.Authenticator;
import dev.attachgateway.access.policy.AccessDeniedException;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.attach.DryRunJson.Check;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.reservation.Preflight;
import dev.attachgateway.operation.reservation.PreflightResult;
import dev.attachgateway.operation.reservation.ReservationService;
import dev.attachgateway.operation.reservation.ReservationService.ReservationOutcome;
import dev.attachgateway.request.InvalidRequestException;
import dev.attachgateway.upstream.credential.CloudCredentials;
import dev.attachgateway.upstream.credential.MissingCredentialException;
import dev.attachgateway.upstream.resilience.CloudGuards;
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
class DryRunService {
    private static final List<String> CHECKS_AFTER_GRANT =
            List.of("credential", "cloud", "reservation", "server", "disk", "line");

    private final Authorizer authorizer;
    private final AuditLog auditLog;
    private final CloudCredentials credentials;
    private final CloudGuards guards;
    private final Preflight preflight;
    private final ProblemCatalog problemCatalog;
    private final AttachService attachService;
    private final AttachConfig config;

    DryRunService(
            Authorizer authorizer,
            AuditLog audit,
            CloudCredentials credentials,
            CloudGuards guards,
            Preflight preflight,
            ProblemCatalog problemCatalog,
            AttachService attach,
            AttachConfig config) {
        this.authorizer = authorizer;
        this.auditLog = audit;
        this.credentials = credentials;
        this.guards = guards;
        this.preflight = preflight;
        this.problemCatalog = problemCatalog;
        this.attachService = attach;
        this.config = config;
    }

    /**
     * What would become of the request, for a caller who was let into the project and sent a well-formed one.
     *
     * <p>The idempotency key is looked up, and not used.
     *
     * @return fails when the policy cannot decide or the database does not answer
     */
    Uni<DryRunJson> run(
            RoutingContext exchange, Operation.Type type, String projectId, String serverId, String volumeId) {
        // That of a signature is none the caller has sent: a request that is tried out has another one.
        var key = IdempotencyKeyHeader.fromHeaders(
                exchange.request().headers(), new InvalidRequestException.RequestValidation());
        var checks = new ArrayList<Check>();
        checks.add(Check.passed("who", Authenticator.callerOf(exchange).displayName()));
        checks.add(Check.passed("shape", "The request has the right shape."));
        Permit permit;
        try {
            permit = authorizer.require(exchange, type.action(), new Resource(projectId, serverId, volumeId));
        } catch (AccessDeniedException no) {
            checks.add(Check.refused("grant", problemCatalog.describe(no)));
            CHECKS_AFTER_GRANT.forEach(check -> checks.add(
                    Check.undetermined(check, "Not looked at, for want of a grant.", "Ask for the grant first.")));
            return Uni.createFrom().item(new DryRunJson(true, false, type.wireName(), serverId, volumeId, checks));
        }
        checks.add(Check.passed("grant", "A grant allows it."));
        var record = permit.auditEntry().withReason("dry run");
        auditLog.enqueue(record);
        var request = new ReservationService.ReservationRequest(type, record, key, config.defaultWait());
        return checkCredential(projectId)
                .flatMap(credential -> preflight.check(request).map(preflightResult -> {
                    checks.add(credential);
                    checks.add(checkCloud());
                    key.ifPresent(sent -> checks.add(checkKey(preflightResult)));
                    checks.add(checkReservation(exchange, preflightResult));
                    checks.add(toCheck("server", preflightResult.server()));
                    checks.add(toCheck("disk", preflightResult.disk()));
                    checks.add(checkQueue(preflightResult));
                    return new DryRunJson(
                            true,
                            wouldBeAccepted(preflightResult, checks),
                            type.wireName(),
                            serverId,
                            volumeId,
                            checks);
                }));
    }

    private Uni<Check> checkCredential(String projectId) {
        return credentials
                .require(projectId)
                .map(served -> Check.passed("credential", "The gateway has a credential for the project."))
                .onFailure(MissingCredentialException.class)
                .recoverWithItem(missing -> Check.refused("credential", problemCatalog.describe(missing)));
    }

    private Check checkCloud() {
        return guards.closedFor()
                .map(left -> Check.refused("cloud", problemCatalog.describe(new CloudUnavailableException(left))))
                .orElseGet(() -> Check.passed("cloud", "The cloud is called."));
    }

    private Check checkKey(PreflightResult preflightResult) {
        if (preflightResult.keyReused().isPresent()) {
            return Check.refused(
                    "key", problemCatalog.describe(preflightResult.keyReused().get()));
        }
        return preflightResult.existingOperation().orElse(null) instanceof ReservationOutcome.Replayed(var operation)
                ? Check.passed("key", "The key stands for this request: it would be answered with what came of it.")
                        .withOperationId(operation.id())
                : Check.passed("key", "The key is not used yet.");
    }

    private Check checkReservation(RoutingContext exchange, PreflightResult preflightResult) {
        return switch (preflightResult.existingOperation().orElse(null)) {
            case ReservationOutcome.DiskReserved(var by) -> {
                var visible = attachService.visibleId(exchange, by);
                yield Check.refused("reservation", problemCatalog.describe(new DiskReservedException(visible)))
                        .withOperationId(visible.orElse(null));
            }
            case ReservationOutcome.Joined(var operation) ->
                Check.passed("reservation", "The same request of the same caller is not finished: it would be joined.")
                        .withOperationId(operation.id());
            case null, default -> Check.passed("reservation", "No other operation would be in its way.");
        };
    }

    private Check toCheck(String check, PreflightResult.CheckResult checkResult) {
        var why = checkResult.failure().map(problemCatalog::describe);
        if (why.isEmpty()) {
            return Check.passed(check, checkResult.message());
        }
        return checkResult.passed() == null
                ? Check.undetermined(check, checkResult.message(), why.get().nextStep())
                : Check.refused(check, why.get()).withFound(checkResult.message());
    }

    /** To wait is no refusal. */
    private static Check checkQueue(PreflightResult preflightResult) {
        if (preflightResult.paused()) {
            return Check.passed("line", "Sends are paused by an operator: the request would wait for their end.");
        }
        return Check.passed(
                "line",
                preflightResult.operationsAhead() == 0
                        ? "Nothing is under way on the server."
                        : "Operations under way or waiting on the server: " + preflightResult.operationsAhead()
                                + ". It would wait for its turn.");
    }

    private static boolean wouldBeAccepted(PreflightResult preflightResult, List<Check> checks) {
        var standing = preflightResult.existingOperation().orElse(null);
        if (standing instanceof ReservationOutcome.Replayed) {
            return true;
        }
        // Whoever joins an operation is not looked at anew: its disk is on its way already.
        var needed = standing instanceof ReservationOutcome.Joined
                ? Set.of("credential", "cloud", "key", "reservation")
                : null;
        return checks.stream()
                .filter(check -> needed == null || needed.contains(check.check()))
                .allMatch(check -> Boolean.TRUE.equals(check.ok()));
    }
}
