package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.eventlog.SubscriptionScope;
import io.vertx.core.Context;

/** Someone who wants new events. */
public interface Subscriber {
    /** Which events; always the same. */
    SubscriptionScope audience();

    /** Where it is told of them; always the same. */
    Context loop();

    /** Changes it wants to hear of; positions rise from call to call. On its loop, and must return at once. */
    void changed(EventBatch batch);

    /**
     * The history this watcher follows is gone, or could not be followed; it has to begin anew. On the tail's own thread, and
     * must return at once.
     */
    void lost();
}
