package dev.attachgateway.attach;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.Permit;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.AccessDeniedException;
import dev.attachgateway.attach.DryRunJson.Check;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.reservation.Preflight;
import dev.attachgateway.operation.reservation.PreflightResult;
import dev.attachgateway.operation.reservation.ReservationService;
import dev.attachgateway.operation.reservation.ReservationService.ReservationOutcome;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.upstream.credential.CloudCredentials;
import dev.attachgateway.upstream.credential.MissingCredentialException;
import dev.attachgateway.upstream.resilience.CloudGuards;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Dry runs of attach and detach: each check with its result, in the order in which a request meets them. Nothing is
 * reserved, no idempotency key is claimed, and the cloud is only read, for server and disk.
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
    private final AttachService attachService;

    DryRunService(
            Authorizer authorizer,
            AuditLog auditLog,
            CloudCredentials credentials,
            CloudGuards guards,
            Preflight preflight,
            AttachService attachService) {
        this.authorizer = authorizer;
        this.auditLog = auditLog;
        this.credentials = credentials;
        this.guards = guards;
        this.preflight = preflight;
        this.attachService = attachService;
    }

    /**
     * Checks a valid request of a caller who has access to the project. Its idempotency key is read and not claimed.
     *
     * @return fails when the policy cannot decide or the database does not respond
     */
    Uni<DryRunJson> run(AttachmentCommand command) {
        var caller = command.context().caller();
        var checks = new ArrayList<Check>();
        checks.add(Check.passed("who", caller.displayName()));
        checks.add(Check.passed("shape", "The request is valid."));
        Permit permit;
        try {
            permit = authorizer.require(command.context(), command.type().action(), command.resource());
        } catch (AccessDeniedException denied) {
            checks.add(Check.refused("grant", denied.problem()));
            CHECKS_AFTER_GRANT.forEach(check -> checks.add(
                    Check.undetermined(check, "Not checked, because there is no grant.", "Request the grant first.")));
            return Uni.createFrom().item(toJson(command, false, checks));
        }
        checks.add(Check.passed("grant", "A grant allows it."));
        var auditEntry = permit.auditEntry().withReason("dry run");
        auditLog.enqueue(auditEntry);
        var request = new ReservationService.ReservationRequest(
                command.type(), auditEntry, command.idempotencyKey(), command.responseTimeout());
        return checkCredential(command.projectId())
                .flatMap(credential -> preflight.check(request).map(preflightResult -> {
                    checks.add(credential);
                    checks.add(checkCloud());
                    command.idempotencyKey().ifPresent(_ -> checks.add(checkKey(preflightResult)));
                    checks.add(checkReservation(caller, preflightResult));
                    checks.add(toCheck("server", preflightResult.server()));
                    checks.add(toCheck("disk", preflightResult.disk()));
                    checks.add(checkQueue(preflightResult));
                    return toJson(command, wouldBeAccepted(preflightResult, checks), checks);
                }));
    }

    private static DryRunJson toJson(AttachmentCommand command, boolean wouldBeAccepted, List<Check> checks) {
        return new DryRunJson(
                true, wouldBeAccepted, command.type().wireName(), command.serverId(), command.volumeId(), checks);
    }

    private Uni<Check> checkCredential(String projectId) {
        return credentials
                .require(projectId)
                .map(_ -> Check.passed("credential", "The gateway has a credential for the project."))
                .onFailure(MissingCredentialException.class)
                .recoverWithItem(missing -> Check.refused("credential", ((ProblemException) missing).problem()));
    }

    private Check checkCloud() {
        return guards.remainingOpenTime()
                .map(_ -> Check.refused("cloud", ProblemBuilder.of(ProblemType.CLOUD_UNAVAILABLE)))
                .orElseGet(() -> Check.passed("cloud", "Calls to the cloud are allowed."));
    }

    private Check checkKey(PreflightResult preflightResult) {
        if (preflightResult.keyReused()) {
            return Check.refused("key", ProblemBuilder.of(ProblemType.KEY_REUSED));
        }
        return preflightResult.existingOperation().orElse(null) instanceof ReservationOutcome.Replayed(var operation)
                ? Check.passed("key", "The key belongs to this request: its operation would be returned.")
                        .withOperationId(operation.id())
                : Check.passed("key", "The key has not been used.");
    }

    private Check checkReservation(Caller caller, PreflightResult preflightResult) {
        return switch (preflightResult.existingOperation().orElse(null)) {
            case ReservationOutcome.DiskReserved(var holder) -> {
                var holderId = attachService.visibleId(caller, holder);
                yield Check.refused("reservation", ProblemBuilder.of(ProblemType.DISK_RESERVED))
                        .withOperationId(holderId.orElse(null));
            }
            case ReservationOutcome.Joined(var operation) ->
                Check.passed(
                                "reservation",
                                "The same request of the same caller is unfinished: its operation would be joined.")
                        .withOperationId(operation.id());
            case null, default -> Check.passed("reservation", "No other operation has reserved the disk.");
        };
    }

    private Check toCheck(String check, PreflightResult.CheckResult checkResult) {
        var problem = checkResult.failure().map(OperationFailure::toProblem);
        if (problem.isEmpty()) {
            return Check.passed(check, checkResult.message());
        }
        return checkResult.passed() == null
                ? Check.undetermined(
                        check,
                        checkResult.message(),
                        problem.get().problemType().nextStep())
                : Check.refused(check, problem.get()).withFound(checkResult.message());
    }

    /** Always passed: a queued request is not refused. */
    private static Check checkQueue(PreflightResult preflightResult) {
        if (preflightResult.paused()) {
            return Check.passed(
                    "line", "Sends are paused by an operator: the request would wait until they are resumed.");
        }
        return Check.passed(
                "line",
                preflightResult.operationsAhead() == 0
                        ? "No operation is running or queued on the server."
                        : "Operations running or queued on the server: " + preflightResult.operationsAhead()
                                + ". The request would be queued.");
    }

    private static boolean wouldBeAccepted(PreflightResult preflightResult, List<Check> checks) {
        var existing = preflightResult.existingOperation().orElse(null);
        if (existing instanceof ReservationOutcome.Replayed) {
            return true;
        }
        // The checks of server and disk do not apply to a joined operation: its disk is being attached already.
        var required = existing instanceof ReservationOutcome.Joined
                ? Set.of("credential", "cloud", "key", "reservation")
                : null;
        return checks.stream()
                .filter(check -> required == null || required.contains(check.check()))
                .allMatch(check -> Boolean.TRUE.equals(check.ok()));
    }
}
