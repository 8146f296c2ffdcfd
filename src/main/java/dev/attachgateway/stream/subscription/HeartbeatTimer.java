package dev.attachgateway.stream.subscription;

import io.vertx.core.Context;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Beats for all streams of one event loop, each once in an interval and not all at once: one timer instead of thousands. */
final class HeartbeatTimer {
    private static final int BEATS = 16;

    private final List<Set<Runnable>> turns =
            Stream.<Set<Runnable>>generate(LinkedHashSet::new).limit(BEATS).toList();
    private int turn;

    private HeartbeatTimer() {}

    /** One pulse for each event loop that asks. */
    static final class Pulses {
        private final Map<Context, HeartbeatTimer> all = new ConcurrentHashMap<>();
        private final long everyMs;

        Pulses(Duration interval) {
            this.everyMs = Math.max(1, interval.toMillis() / BEATS);
        }

        /** Only to be used on that loop. */
        HeartbeatTimer of(Context loop) {
            return all.computeIfAbsent(loop, first -> {
                var heartbeatTimer = new HeartbeatTimer();
                loop.owner().setPeriodic(everyMs, timer -> loop.runOnContext(nothing -> heartbeatTimer.beat()));
                return heartbeatTimer;
            });
        }
    }

    /**
     * Calls back an interval from now, and again after each, until it is stopped.
     *
     * @return stops it
     */
    Runnable start(Runnable beat) {
        var mine = turns.get((turn + BEATS - 1) % BEATS);
        mine.add(beat);
        return () -> mine.remove(beat);
    }

    private void beat() {
        var due = turns.get(turn);
        turn = (turn + 1) % BEATS;
        // A beat may end a stream, and with it itself.
        List.copyOf(due).forEach(Runnable::run);
    }
}
