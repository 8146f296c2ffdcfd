package dev.attachgateway.upstream.http;

import java.time.Duration;

/**
 * An instant on this process's monotonic clock, which no clock adjustment moves.
 *
 * @param nanoTime as {@link System#nanoTime()} counts
 */
public record Deadline(long nanoTime) {

    /** So long after a moment that was taken with {@link System#nanoTime()}. */
    public static Deadline after(long startNanoTime, Duration span) {
        return new Deadline(startNanoTime + span.toNanos());
    }

    /** For calls that change nothing: they may leave whenever a connection is there. */
    public static Deadline none() {
        return new Deadline(System.nanoTime() + Long.MAX_VALUE / 4);
    }

    public boolean isOver() {
        return System.nanoTime() - nanoTime >= 0;
    }

    /** How long it is until then, but no longer than so much. */
    public Duration left(Duration atMost) {
        var nanos = nanoTime - System.nanoTime();
        return nanos < atMost.toNanos() ? Duration.ofNanos(Math.max(0, nanos)) : atMost;
    }
}
