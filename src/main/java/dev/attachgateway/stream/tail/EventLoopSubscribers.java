package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.sse.EncodedEvent;
import io.vertx.core.Context;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The watchers of one audience whose connections are on one event loop. The tail gives them changes and lets them in and
 * out; the loop does so in the same order, so that each hears exactly what was told after it was let in.
 */
final class EventLoopSubscribers {
    private final Context loop;

    /** Those let in, as the tail knows it; belongs to the tail's thread. */
    private final Set<Subscriber> members = new LinkedHashSet<>();

    /** The same a moment later; belongs to the loop. */
    private final Set<Subscriber> present = new LinkedHashSet<>();

    /** Told, and the loop has not come to it yet; guarded by this. */
    private @Nullable EventBatch gathering;

    EventLoopSubscribers(Context loop) {
        this.loop = loop;
    }

    Set<Subscriber> members() {
        return members;
    }

    void join(Subscriber subscriber) {
        if (members.add(subscriber)) {
            // What was told before is not for the watcher, what comes is: they must not be one batch.
            seal();
            loop.runOnContext(nothing -> present.add(subscriber));
        }
    }

    /** Whether it was there. */
    boolean leave(Subscriber subscriber) {
        if (!members.remove(subscriber)) {
            return false;
        }
        loop.runOnContext(nothing -> present.remove(subscriber));
        return true;
    }

    /** Tells all of them; changes that come before the loop has time for them go out together. */
    synchronized void tell(EncodedEvent encodedEvent) {
        if (gathering == null || gathering.isFull()) {
            var batch = new EventBatch();
            gathering = batch;
            loop.runOnContext(nothing -> deliver(batch));
        }
        gathering.add(encodedEvent);
    }

    private synchronized void seal() {
        gathering = null;
    }

    private synchronized void seal(EventBatch batch) {
        if (gathering == batch) {
            gathering = null;
        }
    }

    private void deliver(EventBatch batch) {
        seal(batch);
        try {
            present.forEach(subscriber -> subscriber.changed(batch));
        } finally {
            batch.done();
        }
    }
}
