package dev.attachgateway.operation.intervention;

import dev.attachgateway.operation.model.Operation;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** The operation does not stand so that this could be done to it by hand. */
public class InterventionRejectedException extends RuntimeException {
    private final Reason reason;
    private final UUID operationId;
    private final transient Optional<Duration> retryAfter;

    /** What stands against it. */
    public enum Reason {
        /** A request may have left, or it has ended: there is nothing to take back. */
        ALREADY_SENT,
        /** The present request may still reach the cloud, or its answer the gateway. */
        STILL_SENDING,
        /** It is finished. */
        ALREADY_ENDED,
        /** Its outcome is not in question. */
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

    /** How long it will stand so at most, where that is known. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
