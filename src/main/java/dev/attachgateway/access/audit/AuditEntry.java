package dev.attachgateway.access.audit;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.request.RequestId;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the audit log: caller, action, resource, verdict, reason and request. The database sets its time.
 *
 * @param requestId the request, or null for a count of several requests and for an observation
 * @param caller the caller, or null when the request was not authenticated
 * @param action the requested action, or null when access to the project as a whole was decided
 * @param rule the grant that allowed the action, or null
 * @param reason the reason of a denial, or a description of a manual intervention; null when neither applies
 * @param clientAddress the client's address, or only its network for a count
 * @param count the number of requests that the entry stands for; 1 unless the verdict is anonymous
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

    /** An entry for an observation of the gateway about an operation, without a request. */
    public static AuditEntry observed(
            String projectId, String serverId, String volumeId, String operationId, String observation) {
        return new AuditEntry(
                null,
                null,
                null,
                projectId,
                serverId,
                volumeId,
                operationId,
                Verdict.OBSERVED,
                null,
                observation,
                null,
                1);
    }

    /** The outcome of a decision. */
    public enum Verdict {
        ALLOWED,
        DENIED,
        UNDECIDED,
        ANONYMOUS,
        /** No request was decided: the gateway observed a fact that is relevant for an audit. */
        OBSERVED
    }

    /** The same entry with the id of the operation that resulted. */
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

    /** The same entry with a sentence that describes the intervention. */
    public AuditEntry withReason(String reason) {
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
                reason,
                clientAddress,
                count);
    }
}
