package dev.attachgateway.operation.model;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Action;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An operation as one read of its row found it.
 *
 * @param id the gateway's own, a UUID of version 4
 * @param callerGroups the groups of the caller as its credential named them
 * @param sendHistory what its requests may have left behind
 * @param drift how the cloud contradicted what was found at the end; null when it does not
 * @param responseDeadline until then a caller waits for the answer, by the database's clock
 * @param deadline what was not sent by then is given up, by the database's clock
 * @param version counts its changes
 * @param lease under which it may be changed
 * @param readAt the database's clock at the read
 * @param readNanos this process's monotonic clock at the read
 */
public record Operation(
        UUID id,
        Type type,
        String projectId,
        String serverId,
        String volumeId,
        String callerIssuer,
        String callerSubject,
        Set<String> callerGroups,
        String requestId,
        OperationState state,
        SendHistory sendHistory,
        @Nullable String drift,
        Instant createdAt,
        Instant updatedAt,
        Instant responseDeadline,
        Instant deadline,
        int version,
        Lease lease,
        Instant readAt,
        long readNanos) {

    /** What is asked of the cloud, in its words. */
    public enum Type {
        ATTACH("node_attach_volume"),
        DETACH("node_detach_volume");

        private final String wireName;

        Type(String word) {
            this.wireName = word;
        }

        /** What a grant has to allow for it. */
        public Action action() {
            return this == ATTACH ? Action.ATTACH : Action.DETACH;
        }

        /** {@code operation_type}, as in JSON and in the database. */
        public String wireName() {
            return wireName;
        }

        public static Type fromWireName(String word) {
            return word.equals(ATTACH.wireName) ? ATTACH : DETACH;
        }
    }

    /** The database's clock now, as far as this process's monotonic clock can tell. */
    public Instant databaseNow() {
        return readAt.plusNanos(System.nanoTime() - readNanos);
    }

    /** Who asked for it, such as {@code sandbox:attacher}. */
    public String callerName() {
        return callerIssuer + ":" + callerSubject;
    }

    /** Who asked for it, as the policy knows callers. */
    public Caller toCaller() {
        return new Caller(callerIssuer, callerSubject, callerGroups);
    }

    /** Whether what was not sent by now is given up. */
    public boolean isOverdue() {
        return databaseNow().isAfter(deadline);
    }

    /** Whether the cloud's word on it is in, so that a caller need not wait any longer. */
    public boolean isReadyToRespond() {
        return switch (state) {
            case OperationState.Checking checking -> false;
            case OperationState.Waiting waiting -> false;
            case OperationState.Queued queued -> false;
            case OperationState.Sending sending -> false;
            default -> true;
        };
    }

    /** Whether ending with this state claims something about the cloud that may turn out to be wrong. */
    public boolean needsReconciliation(OperationState end) {
        return switch (end) {
            case OperationState.Succeeded succeeded -> true;
            case OperationState.Failed failed ->
                sendHistory.hadUnknownOutcome() || failed.failure().kind() == OperationFailure.Kind.RELEASED;
            default -> false;
        };
    }
}
