package dev.attachgateway.attach;

import java.time.Duration;

/** A cloud service is unhealthy and its breaker open, so no operation was started. */
public class CloudUnavailableException extends RuntimeException {
    private final Duration retryAfter;

    CloudUnavailableException(Duration retryAfter) {
        super("calls to the cloud are paused");
        this.retryAfter = retryAfter;
    }

    /** Time until a retry may succeed. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
