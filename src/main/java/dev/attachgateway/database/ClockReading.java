package dev.attachgateway.database;

import java.time.Instant;

/**
 * The same instant on the database's clock and on the monotonic clock of this process.
 *
 * @param nanos as {@link System#nanoTime}
 */
public record ClockReading(Instant instant, long nanos) {
    /**
     * A time in a response that has just arrived. The database's clock is ahead of the extrapolation by the latency of the
     * response.
     */
    public static ClockReading ofResponse(Instant instant) {
        return new ClockReading(instant, System.nanoTime());
    }

    /** The database's clock at a time of this process's monotonic clock. */
    public Instant instantAt(long atNanos) {
        return instant.plusNanos(atNanos - nanos);
    }

    /** The database's clock now. */
    public Instant now() {
        return instantAt(System.nanoTime());
    }
}
