package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.eventlog.SubscriptionScope;
import io.vertx.core.Context;

/** A receiver of new events. */
public interface Subscriber {
    /** The events it receives; never changes. */
    SubscriptionScope scope();

    /** The event loop on which it receives them; never changes. */
    Context loop();

    /** Receives events of its scope; positions increase from call to call. Called on its loop, and must not block. */
    void onEvents(EventBatch batch);

    /**
     * The history that this subscriber follows has ended or could not be followed; it has to start over. Called on the
     * tail's own thread, and must not block.
     */
    void onHistoryLost();
}
