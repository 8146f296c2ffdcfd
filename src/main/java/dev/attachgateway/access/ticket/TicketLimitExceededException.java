package dev.attachgateway.access.ticket;

import java.time.Duration;

/** The caller has as many unused tickets as it may have: 429. */
public final class TicketLimitExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    TicketLimitExceededException(int most, Duration retryAfter) {
        super("The caller has " + most + " tickets that were not used, and gets no more.", null, false, false);
        this.retryAfter = retryAfter;
    }

    /** When all of them will have expired. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
