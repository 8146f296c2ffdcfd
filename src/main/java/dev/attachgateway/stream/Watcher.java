package dev.attachgateway.stream;

import java.util.UUID;

/** Someone who wants the new events of one operation; called from the tail's own thread and must return at once. */
interface Watcher {
    String projectId();

    UUID operationId();

    /** The operation changed; positions rise from call to call. */
    void changed(Event event);

    /** The history this watcher follows is gone, or could not be followed; it has to begin anew. */
    void lost();
}
