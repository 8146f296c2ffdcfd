package dev.attachgateway.stream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a crowd that comes at once from starving itself: when a replica dies, all its clients come to the others within
 * seconds, and if all of them were begun at the same time none would be in time. So when many streams are about to begin,
 * further connections wait where they cost nothing, in the listening socket's queue.
 */
final class Rush {
    private final ListeningSockets listening;
    private final int most;
    private final AtomicInteger beginning = new AtomicInteger();

    Rush(ListeningSockets listening, int most) {
        this.listening = listening;
        this.most = most;
    }

    /** A stream is about to begin. */
    void enter() {
        if (beginning.incrementAndGet() == most) {
            listening.accept(false);
        }
    }

    /** It has begun, or will not. */
    void leave() {
        // Late enough not to open and shut with each of them.
        if (beginning.decrementAndGet() == most / 2) {
            listening.accept(true);
        }
    }
}
