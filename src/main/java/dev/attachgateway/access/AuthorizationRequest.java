package dev.attachgateway.access;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditEntry.Verdict;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.request.RequestId;
import org.jspecify.annotations.Nullable;

/** One authorization query: caller, action and resource. It is audited with its decision. */
public record AuthorizationRequest(
        RequestId requestId,
        @Nullable String clientAddress,
        Caller caller,
        @Nullable Action action,
        Resource resource) {

    /** The query of a request; a null action stands for access to the project as a whole. */
    static AuthorizationRequest of(RequestContext context, @Nullable Action action, Resource resource) {
        return new AuthorizationRequest(
                context.requestId(), context.clientAddress(), context.caller(), action, resource);
    }

    /** The audit entry of an allowed request. */
    public AuditEntry allowedEntry(String rule) {
        return toAuditEntry(Verdict.ALLOWED, rule, null);
    }

    /** The audit entry of a denied request. */
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
