package dev.attachgateway.stream;

/** Someone who wants new events; called from the tail's own thread and must return at once. */
interface Watcher {
    /** Which events; always the same. */
    Audience audience();

    /** A change it wants to hear of; positions rise from call to call. */
    void changed(Change change);

    /** The history this watcher follows is gone, or could not be followed; it has to begin anew. */
    void lost();
}
