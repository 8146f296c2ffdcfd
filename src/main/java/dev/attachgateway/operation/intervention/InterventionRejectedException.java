package dev.attachgateway.operation.intervention;

import dev.attachgateway.operation.model.Operation;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** The state of the operation does not allow the intervention. */
public class InterventionRejectedException extends RuntimeException {
    private final Reason reason;
    private final UUID operationId;
    private final transient Optional<Duration> retryAfter;

    /** Why the intervention is not possible. */
    public enum Reason {
        /** A request may have been sent, or the operation has ended: there is nothing to cancel. */
        ALREADY_SENT,
        /** The current request may still reach the cloud, or its response the gateway. */
        STILL_SENDING,
        /** The operation has ended. */
        ALREADY_ENDED,
        /** The outcome is not unknown. */
        NOT_UNSETTLED
    }

    InterventionRejectedException(Reason reason, Operation operation, Optional<Duration> retryAfter) {
        super(
                "The operation is " + operation.state().step().wireName()
                        + (operation.sendHistory().hadUnknownOutcome()
                                ? ", and an earlier request was of unknown outcome."
                                : "."),
                null,
                false,
                false);
        this.reason = reason;
        this.operationId = operation.id();
        this.retryAfter = retryAfter;
    }

    public Reason reason() {
        return reason;
    }

    public UUID operationId() {
        return operationId;
    }

    /** The maximum time until the intervention is possible, where it is known. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
