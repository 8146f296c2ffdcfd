package dev.attachgateway.operation.intervention;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.operation.intervention.InterventionTransaction.InterventionDecision;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * What people do to an operation from outside: take it back, end it, have it looked at anew. Its driver learns of it when its
 * next write finds nothing to change: what it has not committed by then, it never sends.
 */
@ApplicationScoped
public class OperationInterventions {
    private final InterventionTransaction transaction;

    OperationInterventions(InterventionTransaction intervention) {
        this.transaction = intervention;
    }

    /**
     * Ends an operation of which nothing can have left; one that was cancelled before stays as it is.
     *
     * @param allowed the decision that allowed it
     * @return fails with {@link InterventionRejectedException} when a request may have left
     */
    public Uni<Operation> cancel(UUID operationId, AuditEntry allowed) {
        var failure = OperationFailure.of(
                OperationFailure.Kind.CANCELLED,
                "Gateway.Cancelled",
                "It was cancelled before it was sent to the cloud.");
        return transaction.execute(operationId, allowed, locked -> {
            var operation = locked.operation();
            if (operation.state() instanceof OperationState.Unsent unsent
                    && !operation.sendHistory().hadUnknownOutcome()) {
                return new InterventionDecision.EndAsFailed(unsent.fail(failure), false, "Cancelled.");
            }
            return hasFailedAs(OperationFailure.Kind.CANCELLED, operation)
                    ? new InterventionDecision.NoChange("Cancelled before.")
                    : reject(
                            "Not cancelled: ",
                            InterventionRejectedException.Reason.ALREADY_SENT,
                            operation,
                            Optional.empty());
        });
    }

    /**
     * Ends an unfinished operation, whatever the cloud may have made of it, and has the disk compared with the cloud later;
     * one that was released before stays as it is.
     *
     * @param reason why, for the record and for whoever looks at the operation; 1 to 500 characters
     * @param allowed the decision that allowed it
     * @return fails with {@link InterventionRejectedException} when it has ended, or while its request may still be on its way
     */
    public Uni<Operation> release(UUID operationId, String reason, AuditEntry allowed) {
        var told = "Released: " + reason;
        var failure = OperationFailure.of(OperationFailure.Kind.RELEASED, "Gateway.Released", told);
        return transaction.execute(operationId, allowed, locked -> {
            var operation = locked.operation();
            var state = operation.state();
            if (hasFailedAs(OperationFailure.Kind.RELEASED, operation)) {
                return new InterventionDecision.NoChange(told);
            }
            if (state.isEnded()) {
                return reject(
                        "Not released: ",
                        InterventionRejectedException.Reason.ALREADY_ENDED,
                        operation,
                        Optional.empty());
            }
            if (locked.remainingInFlight().isPositive()) {
                return reject(
                        "Not released: ",
                        InterventionRejectedException.Reason.STILL_SENDING,
                        operation,
                        Optional.of(locked.remainingInFlight()));
            }
            return new InterventionDecision.EndAsFailed(
                    new OperationState.Failed(state.attempts(), failure, state.upstreamId()), true, told);
        });
    }

    /**
     * Begins anew to find out what became of an unsettled operation: no look that saw nothing counts any more, and the next look
     * is taken at once, by whichever replica comes first.
     *
     * @param allowed the decision that allowed it
     * @return fails with {@link InterventionRejectedException} when it is not unsettled
     */
    public Uni<Operation> settle(UUID operationId, AuditEntry allowed) {
        return transaction.execute(
                operationId,
                allowed,
                locked -> locked.operation().state() instanceof OperationState.Unsettled
                        ? new InterventionDecision.RestartSettling("Settling began anew.")
                        : reject(
                                "Settling not begun: ",
                                InterventionRejectedException.Reason.NOT_UNSETTLED,
                                locked.operation(),
                                Optional.empty()));
    }

    private static boolean hasFailedAs(OperationFailure.Kind kind, Operation operation) {
        return operation.state() instanceof OperationState.Failed failed
                && failed.failure().kind() == kind;
    }

    private static InterventionDecision reject(
            String told, InterventionRejectedException.Reason why, Operation operation, Optional<Duration> retryAfter) {
        var tied = new InterventionRejectedException(why, operation, retryAfter);
        return new InterventionDecision.Reject(tied, told + tied.getMessage());
    }
}
