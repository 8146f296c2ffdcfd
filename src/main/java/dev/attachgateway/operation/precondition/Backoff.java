package dev.attachgateway.operation.precondition;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Exponential backoff. The jitter is applied after the cap, because waits that reached the cap would coincide without it.
 *
 * @param initialDelay the delay of attempt 0, before jitter
 * @param maxDelay the longest delay
 */
public record Backoff(Duration initialDelay, Duration maxDelay) {
    private static final int MAX_EXPONENT = 20;

    /** A random delay between half and the whole of the attempt's delay; attempts count from 0. */
    public Duration delay(int attempt) {
        var doubled = initialDelay.multipliedBy(1L << Math.min(Math.max(attempt, 0), MAX_EXPONENT));
        var millis = Math.max(2, doubled.compareTo(maxDelay) > 0 ? maxDelay.toMillis() : doubled.toMillis());
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }
}
