package dev.attachgateway.operation;

import dev.attachgateway.stream.Event;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events as they are written: the operation's JSON, and what watchers filter by. */
final class Drafts {
    private Drafts() {}

    /**
     * The event that tells of a change.
     *
     * @param before the status until then; null when the operation is new
     */
    static Event.Draft of(Operation operation, @Nullable Status before) {
        return new Event.Draft(
                operation.projectId(),
                operation.id(),
                UUID.fromString(operation.serverId()),
                UUID.fromString(operation.volumeId()),
                operation.type().word(),
                operation.caller(),
                before == null ? null : before.word(),
                operation.state().status().word(),
                OperationJson.line(operation));
    }
}
