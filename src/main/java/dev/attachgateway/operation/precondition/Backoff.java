package dev.attachgateway.operation.precondition;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Growing waits. The jitter comes after the cap: without it, waits that reached the cap would all fall together.
 *
 * @param initialDelay the shortest wait
 * @param maxDelay the longest
 */
public record Backoff(Duration initialDelay, Duration maxDelay) {
    private static final int MAX_EXPONENT = 20;

    /** Between half and the whole of the wait for this attempt, counted from 0. */
    public Duration delay(int attempt) {
        var doubled = initialDelay.multipliedBy(1L << Math.min(Math.max(attempt, 0), MAX_EXPONENT));
        var millis = Math.max(2, doubled.compareTo(maxDelay) > 0 ? maxDelay.toMillis() : doubled.toMillis());
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }
}
