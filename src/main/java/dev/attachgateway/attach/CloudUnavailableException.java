package dev.attachgateway.attach;

import java.time.Duration;

/** A service of the cloud is known to be ill, so that nothing was begun. */
public class CloudUnavailableException extends RuntimeException {
    private final Duration retryAfter;

    CloudUnavailableException(Duration retryAfter) {
        super("calls to the cloud are paused");
        this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}
