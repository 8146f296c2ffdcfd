package dev.attachgateway.operation.model;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.database.ClockReading;
import dev.attachgateway.problem.type.ProblemType;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An operation as read from its row.
 *
 * @param id the gateway's id of the operation, a UUID of version 4
 * @param callerGroups the groups of the caller, from its credential
 * @param sendHistory the possible effects of the operation's requests
 * @param drift how the cloud contradicts the recorded outcome; null without a contradiction
 * @param responseDeadline the time until which the caller waits for the response, by the database's clock
 * @param deadline the time after which an unsent request is abandoned, by the database's clock
 * @param version the number of changes to the row
 * @param lease the lease under which the row may be changed
 * @param readAt the database's clock at the read
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
        ClockReading readAt) {

    /** The type of an operation, with the cloud's own names. */
    public enum Type {
        ATTACH("node_attach_volume"),
        DETACH("node_detach_volume");

        private final String wireName;

        Type(String wireName) {
            this.wireName = wireName;
        }

        /** The action that a grant has to allow. */
        public Action action() {
            return this == ATTACH ? Action.ATTACH : Action.DETACH;
        }

        /** The value of {@code operation_type} in JSON and in the database. */
        public String wireName() {
            return wireName;
        }

        /** The type with this wire name. */
        public static Type fromWireName(String wireName) {
            return wireName.equals(ATTACH.wireName) ? ATTACH : DETACH;
        }
    }

    /** The current time of the database's clock, extrapolated from the read. */
    public Instant databaseNow() {
        return readAt.now();
    }

    /** The caller as issuer and subject, such as {@code sandbox:attacher}. */
    public String callerName() {
        return callerIssuer + ":" + callerSubject;
    }

    /** The caller in the form that the policy takes. */
    public Caller toCaller() {
        return new Caller(callerIssuer, callerSubject, callerGroups);
    }

    /** Whether the deadline is over, after which an unsent request is abandoned. */
    public boolean isOverdue() {
        return databaseNow().isAfter(deadline);
    }

    /** Whether the cloud's decision on the request is known, so that the response need not wait any longer. */
    public boolean isReadyToRespond() {
        return switch (state) {
            case OperationState.Checking _,
                    OperationState.Waiting _,
                    OperationState.Queued _,
                    OperationState.Sending _ -> false;
            default -> true;
        };
    }

    /** Whether this final state makes a claim about the cloud that may turn out to be wrong. */
    public boolean needsReconciliation(OperationState end) {
        return switch (end) {
            case OperationState.Succeeded _ -> true;
            case OperationState.Failed failed ->
                sendHistory.hadUnknownOutcome() || failed.failure().type() == ProblemType.RELEASED;
            default -> false;
        };
    }
}
