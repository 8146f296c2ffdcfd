package dev.attachgateway.stream.channel;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a crowd that comes at once from starving itself: when a replica dies, all its clients come to the others within
 * seconds, and if all of them were begun at the same time none would be in time. So when many streams are about to begin,
 * further connections wait where they cost nothing, in the listening socket's queue.
 */
public final class AcceptThrottle {
    private final ServerSockets listening;
    private final int most;
    private final AtomicInteger beginning = new AtomicInteger();

    public AcceptThrottle(ServerSockets listening, int most) {
        this.listening = listening;
        this.most = most;
    }

    /** A stream is about to begin. */
    public void enter() {
        if (beginning.incrementAndGet() == most) {
            listening.accept(false);
        }
    }

    /** It has begun, or will not. */
    public void leave() {
        // Late enough not to open and shut with each of them.
        if (beginning.decrementAndGet() == most / 2) {
            listening.accept(true);
        }
    }
}
