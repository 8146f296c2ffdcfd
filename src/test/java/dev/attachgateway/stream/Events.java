package dev.attachgateway.stream;

import java.time.Instant;
import java.util.UUID;

/** Events of which only the place matters, and how long they are. */
final class Events {
    private Events() {}

    /** An event of some operation. */
    static Event at(String project, long position, String data) {
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
