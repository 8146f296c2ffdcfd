package dev.attachgateway.stream.subscription;

import dev.attachgateway.stream.eventlog.StreamConfig;
import io.vertx.core.Context;

/** What all streams of a replica have in common. */
interface StreamContext {
    StreamConfig config();

    EventReplay catchUp();

    HeartbeatTimer pulse(Context loop);

    /** The reader was too slow; only it is cut off, and it resumes by its last id. */
    void tooSlow();

    /** Nothing can be written any more; told more than once, if so. */
    void gone(OperationStream stream);
}
