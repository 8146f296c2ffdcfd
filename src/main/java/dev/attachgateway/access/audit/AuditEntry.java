package dev.attachgateway.access.audit;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.request.RequestId;
import org.jspecify.annotations.Nullable;

/**
 * One line of the audit record: who, what, verdict, why, in which request. Its time is the database's.
 *
 * @param requestId the exchange, or null for a count over many and for what was observed
 * @param caller who, or null when nobody was recognised
 * @param action what was asked for, or null when the project as a whole was
 * @param rule the grant that allowed it, or null
 * @param reason why not, or what was done by hand; null where the rest says enough
 * @param clientAddress the peer's address, or only its network for a count
 * @param count how many requests this line stands for; 1 unless the verdict is anonymous
 */
public record AuditEntry(
        @Nullable RequestId requestId,
        @Nullable Caller caller,
        @Nullable Action action,
        @Nullable String projectId,
        @Nullable String serverId,
        @Nullable String volumeId,
        @Nullable String operationId,
        Verdict verdict,
        @Nullable String rule,
        @Nullable String reason,
        @Nullable String clientAddress,
        int count) {

    /** What the gateway saw by itself, about an operation. */
    public static AuditEntry observed(
            String projectId, String serverId, String volumeId, String operationId, String what) {
        return new AuditEntry(
                null, null, null, projectId, serverId, volumeId, operationId, Verdict.OBSERVED, null, what, null, 1);
    }

    /** How a decision ended. */
    public enum Verdict {
        ALLOWED,
        DENIED,
        UNDECIDED,
        ANONYMOUS,
        /** Nobody asked for anything: the gateway saw something that an auditor wants to know. */
        OBSERVED
    }

    /** The same line, naming the operation that came of it. */
    public AuditEntry withOperation(String id) {
        return new AuditEntry(
                requestId,
                caller,
                action,
                projectId,
                serverId,
                volumeId,
                id,
                verdict,
                rule,
                reason,
                clientAddress,
                count);
    }

    /** The same line, with a sentence on what was done. */
    public AuditEntry withReason(String sentence) {
        return new AuditEntry(
                requestId,
                caller,
                action,
                projectId,
                serverId,
                volumeId,
                operationId,
                verdict,
                rule,
                sentence,
                clientAddress,
                count);
    }
}
