package dev.attachgateway.operation.store;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationJson;
import dev.attachgateway.operation.model.OperationStatus;
import dev.attachgateway.stream.eventlog.Event;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds the events of operations: the operation's JSON and the fields that subscriptions filter by. */
public final class OperationEvents {
    private OperationEvents() {}

    /**
     * The event for a change.
     *
     * @param before the previous status; null if the operation is new
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
