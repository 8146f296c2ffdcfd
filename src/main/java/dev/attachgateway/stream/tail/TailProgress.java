package dev.attachgateway.stream.tail;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How far the tail is, for whoever asks from any thread; told by the tail alone. Times as {@link System#nanoTime}. */
public final class TailProgress {
    private volatile State state = new State(null, 0);
    private long begun;

    /**
     * One moment of it.
     *
     * @param toldUpTo all that was committed before is told; null while nobody follows anything
     * @param failures of reads in a row
     */
    private record State(@Nullable Long toldUpTo, int failures) {}

    /** Nobody follows anything, so nothing is read. */
    void idle() {
        state = new State(null, 0);
    }

    /** A read begins. */
    void begin(long now) {
        begun = now;
        if (state.toldUpTo == null) {
            state = new State(now, 0);
        }
    }

    /**
     * It has succeeded.
     *
     * @param all whether nothing was left that had been committed when it began
     */
    void end(boolean all) {
        state = new State(all ? Long.valueOf(begun) : state.toldUpTo, 0);
    }

    /** It has failed. */
    void fail() {
        state = new State(state.toldUpTo, state.failures + 1);
    }

    /** How old something can be that is committed and not told; zero while nobody follows anything. */
    public Duration behind(long now) {
        var toldUpTo = state.toldUpTo;
        return toldUpTo == null ? Duration.ZERO : Duration.ofNanos(now - toldUpTo);
    }

    /** Reads in a row that have failed. */
    public int failures() {
        return state.failures;
    }
}
