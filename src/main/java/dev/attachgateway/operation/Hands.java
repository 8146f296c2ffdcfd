package dev.attachgateway.operation;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.operation.Intervention.Verdict;
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
public class Hands {
    private final Intervention intervention;

    Hands(Intervention intervention) {
        this.intervention = intervention;
    }

    /**
     * Ends an operation of which nothing can have left; one that was cancelled before stays as it is.
     *
     * @param allowed the decision that allowed it
     * @return fails with {@link HandsTied} when a request may have left
     */
    public Uni<Operation> cancel(UUID operationId, AuditEntry allowed) {
        var failure = Failure.of(
                Failure.Kind.CANCELLED, "Gateway.Cancelled", "It was cancelled before it was sent to the cloud.");
        return intervention.decide(operationId, allowed, locked -> {
            var operation = locked.operation();
            if (operation.state() instanceof State.Unsent unsent
                    && !operation.trace().doubted()) {
                return new Verdict.End(unsent.fail(failure), false, "Cancelled.");
            }
            return endedAs(Failure.Kind.CANCELLED, operation)
                    ? new Verdict.AsItIs("Cancelled before.")
                    : refuse("Not cancelled: ", HandsTied.Why.ALREADY_SENT, operation, Optional.empty());
        });
    }

    /**
     * Ends an unfinished operation, whatever the cloud may have made of it, and has the disk compared with the cloud later;
     * one that was released before stays as it is.
     *
     * @param reason why, for the record and for whoever looks at the operation; 1 to 500 characters
     * @param allowed the decision that allowed it
     * @return fails with {@link HandsTied} when it has ended, or while its request may still be on its way
     */
    public Uni<Operation> release(UUID operationId, String reason, AuditEntry allowed) {
        var told = "Released: " + reason;
        var failure = Failure.of(Failure.Kind.RELEASED, "Gateway.Released", told);
        return intervention.decide(operationId, allowed, locked -> {
            var operation = locked.operation();
            var state = operation.state();
            if (endedAs(Failure.Kind.RELEASED, operation)) {
                return new Verdict.AsItIs(told);
            }
            if (state.isEnded()) {
                return refuse("Not released: ", HandsTied.Why.ALREADY_ENDED, operation, Optional.empty());
            }
            if (locked.early().isPositive()) {
                return refuse("Not released: ", HandsTied.Why.STILL_SENDING, operation, Optional.of(locked.early()));
            }
            return new Verdict.End(new State.Failed(state.attempts(), failure, state.upstreamId()), true, told);
        });
    }

    /**
     * Begins anew to find out what became of an unsettled operation: no look that saw nothing counts any more, and the next look
     * is taken at once, by whichever replica comes first.
     *
     * @param allowed the decision that allowed it
     * @return fails with {@link HandsTied} when it is not unsettled
     */
    public Uni<Operation> settle(UUID operationId, AuditEntry allowed) {
        return intervention.decide(
                operationId,
                allowed,
                locked -> locked.operation().state() instanceof State.Unsettled
                        ? new Verdict.LookAnew("Settling began anew.")
                        : refuse(
                                "Settling not begun: ",
                                HandsTied.Why.NOT_UNSETTLED,
                                locked.operation(),
                                Optional.empty()));
    }

    private static boolean endedAs(Failure.Kind kind, Operation operation) {
        return operation.state() instanceof State.Failed failed
                && failed.failure().kind() == kind;
    }

    private static Verdict refuse(String told, HandsTied.Why why, Operation operation, Optional<Duration> retryAfter) {
        var tied = new HandsTied(why, operation, retryAfter);
        return new Verdict.Refuse(tied, told + tied.getMessage());
    }
}
