package dev.attachgateway.access.ticket;

import java.time.Duration;

/** The caller has the maximum number of unused tickets: 429. */
public final class TicketLimitExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    TicketLimitExceededException(int limit, Duration retryAfter) {
        super("The caller has reached the limit of " + limit + " unused tickets.", null, false, false);
        this.retryAfter = retryAfter;
    }

    /** The time after which all of them will have expired. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
