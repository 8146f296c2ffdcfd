package dev.attachgateway.stream.subscription;

import io.vertx.core.Context;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Calls back all streams of one event loop, each once in an interval and spread over it: one timer instead of
 * thousands.
 */
final class HeartbeatTimer {
    private static final int SLOTS = 16;

    private final List<Set<Runnable>> slots =
            Stream.<Set<Runnable>>generate(LinkedHashSet::new).limit(SLOTS).toList();
    private int slot;

    private HeartbeatTimer() {}

    /** One heartbeat timer for each event loop. */
    static final class PerEventLoop {
        private final Map<Context, HeartbeatTimer> timers = new ConcurrentHashMap<>();
        private final long slotMs;

        PerEventLoop(Duration interval) {
            this.slotMs = Math.max(1, interval.toMillis() / SLOTS);
        }

        /** Returns the loop's timer, which may be used on that loop only. */
        HeartbeatTimer of(Context loop) {
            return timers.computeIfAbsent(loop, _ -> {
                var heartbeatTimer = new HeartbeatTimer();
                loop.owner().setPeriodic(slotMs, _ -> loop.runOnContext(_ -> heartbeatTimer.beat()));
                return heartbeatTimer;
            });
        }
    }

    /**
     * Calls back an interval from now, and again after each interval, until it is stopped.
     *
     *
     * @return stops it
     */
    Runnable start(Runnable beat) {
        var own = slots.get((slot + SLOTS - 1) % SLOTS);
        own.add(beat);
        return () -> own.remove(beat);
    }

    private void beat() {
        var due = slots.get(slot);
        slot = (slot + 1) % SLOTS;
        // A copy, because a callback may end a stream and so remove itself.
        List.copyOf(due).forEach(Runnable::run);
    }
}
