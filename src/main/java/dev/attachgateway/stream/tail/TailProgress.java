package dev.attachgateway.stream.tail;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The progress of the tail, written by the tail alone and readable from any thread. Times as {@link System#nanoTime}.
 */
public final class TailProgress {
    private volatile State state = new State(null, 0);
    private long readBegan;

    /**
     * The progress at one moment.
     *
     *
     * @param deliveredUpTo events committed before this time are delivered; null while no project is followed
     * @param failures consecutive failed reads
     */
    private record State(@Nullable Long deliveredUpTo, int failures) {}

    /** No project is followed, so nothing is read. */
    void idle() {
        state = new State(null, 0);
    }

    /** A read begins. */
    void begin(long now) {
        readBegan = now;
        if (state.deliveredUpTo == null) {
            state = new State(now, 0);
        }
    }

    /**
     * The read has succeeded.
     *
     *
     * @param complete whether it returned all events that had been committed when it began
     */
    void end(boolean complete) {
        state = new State(complete ? Long.valueOf(readBegan) : state.deliveredUpTo, 0);
    }

    /** The read has failed. */
    void fail() {
        state = new State(state.deliveredUpTo, state.failures + 1);
    }

    /** The maximum age of a committed event that is not delivered; zero while no project is followed. */
    public Duration behind(long now) {
        var deliveredUpTo = state.deliveredUpTo;
        return deliveredUpTo == null ? Duration.ZERO : Duration.ofNanos(now - deliveredUpTo);
    }

    /** Consecutive failed reads. */
    public int failures() {
        return state.failures;
    }
}
