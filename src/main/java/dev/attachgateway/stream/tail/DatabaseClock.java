package dev.attachgateway.stream.tail;

import java.time.Duration;
import java.time.Instant;

/**
 * Estimates the database's current time from the times in its responses and this process's monotonic clock. A response
 * never arrives before it is sent, so the one that puts the clock furthest ahead was the fastest and is used; for a
 * minute at most, because clocks are adjusted. Belongs to one thread.
 */
final class DatabaseClock {
    private static final long WINDOW_NANOS = Duration.ofSeconds(30).toNanos();

    private long current = Long.MIN_VALUE;
    private long previous = Long.MIN_VALUE;
    private long windowStart;

    /**
     * Takes a time from a response.
     *
     *
     * @param nanos when the response arrived, as {@link System#nanoTime}
     */
    void update(Instant time, long nanos) {
        if (nanos - windowStart > WINDOW_NANOS || current == Long.MIN_VALUE) {
            previous = nanos - windowStart > 2 * WINDOW_NANOS ? Long.MIN_VALUE : current;
            current = Long.MIN_VALUE;
            windowStart = nanos;
        }
        current = Math.max(current, nanos(time) - nanos);
    }

    /** Discards all times, because the database may have another clock. */
    void reset() {
        current = Long.MIN_VALUE;
        previous = Long.MIN_VALUE;
    }

    /** The offset to {@link System#nanoTime}, in nanoseconds since 1970; valid only after an {@link #update}. */
    long offset() {
        return Math.max(current, previous);
    }

    /** In nanoseconds since 1970. */
    static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
