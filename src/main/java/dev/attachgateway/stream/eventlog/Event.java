package dev.attachgateway.stream.eventlog;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One committed change of an operation, at its place in the project's order.
 *
 * @param projectId the project whose counter gave the position
 * @param position gapless within the project, in commit order, from 1
 * @param operationId the operation that changed
 * @param type {@code operation_type}
 * @param caller who asked for the operation, such as {@code sandbox:attacher}
 * @param statusBefore the operation's status before the change; null for its first event
 * @param status one of {@code pending running success failed}
 * @param at when it was written, just before its commit, by the database's clock; times follow positions
 * @param traceparent of the request that began the operation; null when it sent none
 * @param data the operation's JSON as of this event
 */
public record Event(
        String projectId,
        long position,
        UUID operationId,
        UUID serverId,
        UUID volumeId,
        String type,
        String caller,
        @Nullable String statusBefore,
        String status,
        Instant at,
        @Nullable String traceparent,
        String data) {

    /** What tells it from another history's. */
    public EventFingerprint stamp() {
        return new EventFingerprint(operationId, at);
    }

    /** Whether the operation has ended. */
    boolean terminal() {
        return status.equals("success") || status.equals("failed");
    }

    /**
     * A change that is about to be committed.
     *
     * @param type {@code operation_type}
     * @param caller who asked for the operation, as filters name it
     * @param statusBefore the operation's status before the change; null for its first event
     * @param status one of {@code pending running success failed}
     * @param data the operation's JSON as of this event
     */
    public record Draft(
            String projectId,
            UUID operationId,
            UUID serverId,
            UUID volumeId,
            String type,
            String caller,
            @Nullable String statusBefore,
            String status,
            String data) {}
}
