package dev.attachgateway.operation.intervention;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.operation.intervention.InterventionTransaction.InterventionDecision;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Manual interventions in an operation: cancel, release, settle. Its driver detects one when its next write changes no row;
 * a request whose intent it has not committed by then is never sent.
 */
@ApplicationScoped
public class OperationInterventions {
    private final InterventionTransaction transaction;

    OperationInterventions(InterventionTransaction transaction) {
        this.transaction = transaction;
    }

    /**
     * Ends an operation of which no request can have been sent; one that was cancelled before stays unchanged.
     *
     * @param allowed the decision that allowed it
     * @return fails with a {@link ProblemException} when a request may have been sent
     */
    public Uni<Operation> cancel(UUID operationId, AuditEntry allowed) {
        var failure = OperationFailure.of(ProblemType.CANCELLED, "It was cancelled before it was sent to the cloud.");
        return transaction.execute(operationId, allowed, locked -> {
            var operation = locked.operation();
            if (operation.state() instanceof OperationState.Unsent unsent
                    && !operation.sendHistory().hadUnknownOutcome()) {
                return new InterventionDecision.EndAsFailed(unsent.fail(failure), false, "Cancelled.");
            }
            return hasFailedAs(ProblemType.CANCELLED, operation)
                    ? new InterventionDecision.NoChange("Cancelled before.")
                    : reject("Not cancelled: ", ProblemType.ALREADY_SENT, operation, Optional.empty());
        });
    }

    /**
     * Ends an unfinished operation regardless of its outcome in the cloud, and schedules the comparison of the disk with the
     * cloud; one that was released before stays unchanged.
     *
     * @param reason why, for the audit log and the readers of the operation; 1 to 500 characters
     * @param allowed the decision that allowed it
     * @return fails with a {@link ProblemException} when it has ended, or while its request may still be in flight
     */
    public Uni<Operation> release(UUID operationId, String reason, AuditEntry allowed) {
        var message = "Released: " + reason;
        var failure = OperationFailure.of(ProblemType.RELEASED, message);
        return transaction.execute(operationId, allowed, locked -> {
            var operation = locked.operation();
            var state = operation.state();
            if (hasFailedAs(ProblemType.RELEASED, operation)) {
                return new InterventionDecision.NoChange(message);
            }
            if (state.isEnded()) {
                return reject("Not released: ", ProblemType.ALREADY_ENDED, operation, Optional.empty());
            }
            if (locked.remainingInFlight().isPositive()) {
                return reject(
                        "Not released: ",
                        ProblemType.STILL_SENDING,
                        operation,
                        Optional.of(locked.remainingInFlight()));
            }
            return new InterventionDecision.EndAsFailed(
                    new OperationState.Failed(state.attempts(), failure, state.upstreamId()), true, message);
        });
    }

    /**
     * Restarts the settling of an unsettled operation: earlier reads without an effect no longer count, and any replica makes
     * the next read at once.
     *
     * @param allowed the decision that allowed it
     * @return fails with a {@link ProblemException} when it is not unsettled
     */
    public Uni<Operation> settle(UUID operationId, AuditEntry allowed) {
        return transaction.execute(
                operationId,
                allowed,
                locked -> locked.operation().state() instanceof OperationState.Unsettled
                        ? new InterventionDecision.RestartSettling("Settling began anew.")
                        : reject(
                                "Settling not begun: ",
                                ProblemType.NOT_UNSETTLED,
                                locked.operation(),
                                Optional.empty()));
    }

    private static boolean hasFailedAs(ProblemType type, Operation operation) {
        return operation.state() instanceof OperationState.Failed failed
                && failed.failure().type() == type;
    }

    private static InterventionDecision reject(
            String prefix, ProblemType type, Operation operation, Optional<Duration> retryAfter) {
        var detail = "The operation is " + operation.state().step().wireName()
                + (operation.sendHistory().hadUnknownOutcome()
                        ? ", and an earlier request was of unknown outcome."
                        : ".");
        var problem = ProblemBuilder.of(type, detail).withOperationId(operation.id());
        return new InterventionDecision.Reject(
                retryAfter.map(problem::withRetryAfter).orElse(problem), prefix + detail);
    }
}
