package dev.attachgateway.stream.tail;

import java.time.Duration;
import java.time.Instant;

/**
 * The database's clock as of now, from the moments it has told and this process's monotonic clock. An answer is never heard
 * before it was given, so the one that puts the clock furthest ahead was the quickest, and counts; for a minute at most,
 * because clocks are set. Belongs to one thread.
 */
final class DatabaseClock {
    private static final long SPAN_NANOS = Duration.ofSeconds(30).toNanos();

    private long lately = Long.MIN_VALUE;
    private long before = Long.MIN_VALUE;
    private long since;

    /**
     * What the database has told.
     *
     * @param nanos when that was heard, as {@link System#nanoTime}
     */
    void heard(Instant told, long nanos) {
        if (nanos - since > SPAN_NANOS || lately == Long.MIN_VALUE) {
            before = nanos - since > 2 * SPAN_NANOS ? Long.MIN_VALUE : lately;
            lately = Long.MIN_VALUE;
            since = nanos;
        }
        lately = Math.max(lately, nanos(told) - nanos);
    }

    /** It may be another clock. */
    void forget() {
        lately = Long.MIN_VALUE;
        before = Long.MIN_VALUE;
    }

    /** How far it is ahead of {@link System#nanoTime}, in nanoseconds since 1970; it has to have told something. */
    long ahead() {
        return Math.max(lately, before);
    }

    /** In nanoseconds since 1970. */
    static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
