package dev.attachgateway.stream.channel;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stops accepting connections while many streams are opening. When a replica dies, all its clients reconnect to the
 * others within seconds; opening them all at the same time would make every one of them late. Further connections wait
 * in the listening socket's queue, where they cost nothing.
 */
public final class AcceptThrottle {
    private final ServerSockets serverSockets;
    private final int maxOpening;
    private final AtomicInteger opening = new AtomicInteger();

    public AcceptThrottle(ServerSockets serverSockets, int maxOpening) {
        this.serverSockets = serverSockets;
        this.maxOpening = maxOpening;
    }

    /** Counts a stream that starts opening. */
    public void begin() {
        if (opening.incrementAndGet() == maxOpening) {
            serverSockets.setAccepting(false);
        }
    }

    /** Counts a stream that has opened or has failed to. */
    public void end() {
        // At half the limit, so that accepting does not toggle with every stream.
        if (opening.decrementAndGet() == maxOpening / 2) {
            serverSockets.setAccepting(true);
        }
    }
}
