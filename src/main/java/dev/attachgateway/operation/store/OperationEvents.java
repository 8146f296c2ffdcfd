package dev.attachgateway.operation.store;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationJson;
import dev.attachgateway.operation.model.OperationStatus;
import dev.attachgateway.stream.eventlog.Event;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events as they are written: the operation's JSON, and what watchers filter by. */
public final class OperationEvents {
    private OperationEvents() {}

    /**
     * The event that tells of a change.
     *
     * @param before the status until then; null when the operation is new
     */
    public static Event.Draft changeEvent(Operation operation, @Nullable OperationStatus before) {
        return new Event.Draft(
                operation.projectId(),
                operation.id(),
                UUID.fromString(operation.serverId()),
                UUID.fromString(operation.volumeId()),
                operation.type().wireName(),
                operation.callerName(),
                before == null ? null : before.wireName(),
                operation.state().status().wireName(),
                OperationJson.toJsonLine(operation));
    }
}
