package dev.attachgateway.stream;

import dev.attachgateway.stream.eventlog.Event;
import java.time.Instant;
import java.util.UUID;

/** Events of which only the position and the length matter. */
public final class Events {
    private Events() {}

    /** An event of a random operation. */
    public static Event at(String project, long position, String data) {
        return new Event(
                project,
                position,
                UUID.randomUUID(),
                UUID.randomUUID(),
                UUID.randomUUID(),
                "node_attach_volume",
                "sandbox:attacher",
                null,
                "pending",
                Instant.EPOCH,
                null,
                data);
    }
}
