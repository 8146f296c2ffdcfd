package dev.attachgateway.stream;

import io.vertx.core.Context;

/** Someone who wants new events. */
interface Watcher {
    /** Which events; always the same. */
    Audience audience();

    /** Where it is told of them; always the same. */
    Context loop();

    /** Changes it wants to hear of; positions rise from call to call. On its loop, and must return at once. */
    void changed(Batch batch);

    /**
     * The history this watcher follows is gone, or could not be followed; it has to begin anew. On the tail's own thread, and
     * must return at once.
     */
    void lost();
}
