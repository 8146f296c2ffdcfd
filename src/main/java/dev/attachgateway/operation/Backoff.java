package dev.attachgateway.operation;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Growing waits. The jitter comes after the cap: without it, waits that reached the cap would all fall together.
 *
 * @param first the shortest wait
 * @param most the longest
 */
record Backoff(Duration first, Duration most) {
    private static final int STEEPEST = 20;

    /** Between half and the whole of the wait for this attempt, counted from 0. */
    Duration wait(int attempt) {
        var doubled = first.multipliedBy(1L << Math.min(Math.max(attempt, 0), STEEPEST));
        var millis = Math.max(2, doubled.compareTo(most) > 0 ? most.toMillis() : doubled.toMillis());
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }
}
