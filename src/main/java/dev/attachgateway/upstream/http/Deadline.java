package dev.attachgateway.upstream.http;

import java.time.Duration;

/**
 * An instant on this process's monotonic clock, which no clock adjustment moves.
 *
 * @param nanoTime as {@link System#nanoTime()} counts
 */
public record Deadline(long nanoTime) {

    /** The deadline that follows a {@link System#nanoTime()} value by the given duration. */
    public static Deadline after(long startNanoTime, Duration delay) {
        return new Deadline(startNanoTime + delay.toNanos());
    }

    /** A deadline that never passes, for calls without side effects. */
    public static Deadline none() {
        return new Deadline(System.nanoTime() + Long.MAX_VALUE / 4);
    }

    /** Whether the deadline is now or in the past. */
    public boolean hasPassed() {
        return System.nanoTime() - nanoTime >= 0;
    }

    /** The time until the deadline, never negative and limited to the given max. */
    public Duration remaining(Duration max) {
        var nanos = nanoTime - System.nanoTime();
        return nanos < max.toNanos() ? Duration.ofNanos(Math.max(0, nanos)) : max;
    }
}
