package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.sse.EncodedEvent;
import io.vertx.core.Context;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one scope whose connections are on one event loop. The tail publishes events and adds and removes
 * subscribers; the loop does the same in the same order, so each subscriber receives exactly the events that were
 * published after it joined.
 */
final class EventLoopSubscribers {
    private final Context loop;

    /** The live subscribers as the tail sees them; belongs to the tail's thread. */
    private final Set<Subscriber> members = new LinkedHashSet<>();

    /** The live subscribers as the loop sees them, a moment later; belongs to the loop. */
    private final Set<Subscriber> live = new LinkedHashSet<>();

    /** Published, and not yet delivered by the loop; guarded by this. */
    private @Nullable EventBatch openBatch;

    EventLoopSubscribers(Context loop) {
        this.loop = loop;
    }

    Set<Subscriber> members() {
        return members;
    }

    void join(Subscriber subscriber) {
        if (members.add(subscriber)) {
            // Earlier events are not for this subscriber and later ones are, so they must not share a batch.
            seal();
            loop.runOnContext(_ -> live.add(subscriber));
        }
    }

    /** Returns whether the subscriber was a member. */
    boolean leave(Subscriber subscriber) {
        if (!members.remove(subscriber)) {
            return false;
        }
        loop.runOnContext(_ -> live.remove(subscriber));
        return true;
    }

    /** Publishes an event to all of them; events that come before the loop runs are delivered together. */
    synchronized void publish(EncodedEvent encodedEvent) {
        if (openBatch == null || openBatch.isFull()) {
            var batch = new EventBatch();
            openBatch = batch;
            loop.runOnContext(_ -> deliver(batch));
        }
        openBatch.add(encodedEvent);
    }

    private synchronized void seal() {
        openBatch = null;
    }

    private synchronized void seal(EventBatch batch) {
        if (openBatch == batch) {
            openBatch = null;
        }
    }

    private void deliver(EventBatch batch) {
        seal(batch);
        try {
            live.forEach(subscriber -> subscriber.onEvents(batch));
        } finally {
            batch.release();
        }
    }
}
