package dev.attachgateway.operation;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** The operation does not stand so that this could be done to it by hand. */
public class HandsTied extends RuntimeException {
    private final Why why;
    private final UUID operationId;
    private final transient Optional<Duration> retryAfter;

    /** What stands against it. */
    public enum Why {
        /** A request may have left, or it has ended: there is nothing to take back. */
        ALREADY_SENT,
        /** The present request may still reach the cloud, or its answer the gateway. */
        STILL_SENDING,
        /** It is finished. */
        ALREADY_ENDED,
        /** Its outcome is not in question. */
        NOT_UNSETTLED
    }

    HandsTied(Why why, Operation operation, Optional<Duration> retryAfter) {
        super(
                "The operation is " + operation.state().step().word()
                        + (operation.trace().doubted() ? ", and an earlier request was of unknown outcome." : "."),
                null,
                false,
                false);
        this.why = why;
        this.operationId = operation.id();
        this.retryAfter = retryAfter;
    }

    public Why why() {
        return why;
    }

    public UUID operationId() {
        return operationId;
    }

    /** How long it will stand so at most, where that is known. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
