package dev.attachgateway.access;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditEntry.Verdict;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.request.RequestId;
import org.jspecify.annotations.Nullable;

/** May this caller do this here? What the audit record keeps, whatever the answer. */
public record AuthorizationRequest(
        RequestId requestId,
        @Nullable String clientAddress,
        Caller caller,
        @Nullable Action action,
        Resource resource) {

    public AuditEntry allowedEntry(String rule) {
        return toAuditEntry(Verdict.ALLOWED, rule, null);
    }

    public AuditEntry deniedEntry(String reason) {
        return toAuditEntry(Verdict.DENIED, null, reason);
    }

    AuditEntry undecidedEntry(String reason) {
        return toAuditEntry(Verdict.UNDECIDED, null, reason);
    }

    private AuditEntry toAuditEntry(Verdict verdict, @Nullable String rule, @Nullable String reason) {
        return new AuditEntry(
                requestId,
                caller,
                action,
                resource.projectId(),
                resource.serverId(),
                resource.volumeId(),
                null,
                verdict,
                rule,
                reason,
                clientAddress,
                1);
    }
}
