package dev.attachgateway.stream.subscription;

import dev.attachgateway.stream.eventlog.StreamConfig;
import io.vertx.core.Context;

/** What all streams of a replica share. */
interface StreamContext {
    StreamConfig config();

    EventReplay replay();

    HeartbeatTimer heartbeat(Context loop);

    /** Counts a client that read too slowly; only it is disconnected, and it resumes by its last event id. */
    void countSlowReader();

    /** Releases a stream that cannot be written any more; may be called more than once. */
    void release(OperationStream stream);
}
