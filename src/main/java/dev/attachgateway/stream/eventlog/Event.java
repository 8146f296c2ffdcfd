package dev.attachgateway.stream.eventlog;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One committed change of an operation, at its position in the project.
 *
 *
 * @param projectId the project whose counter assigned the position
 * @param position gapless within the project, in commit order, from 1
 * @param operationId the operation that changed
 * @param type {@code operation_type}
 * @param caller the caller that requested the operation, such as {@code sandbox:attacher}
 * @param statusBefore the operation's status before the change; null for its first event
 * @param status one of {@code pending running success failed}
 * @param at time of the write, just before its commit, by the database's clock; times follow positions
 * @param traceparent of the request that created the operation; null if it sent none
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

    /** Distinguishes the event from the one that another history has at its position. */
    public EventFingerprint fingerprint() {
        return new EventFingerprint(operationId, at);
    }

    /** Whether the operation has ended. */
    boolean isTerminal() {
        return status.equals("success") || status.equals("failed");
    }

    /**
     * A change that is about to be committed.
     *
     *
     * @param type {@code operation_type}
     * @param caller the caller that requested the operation, in the form of the filters
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
