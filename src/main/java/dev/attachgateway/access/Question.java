package dev.attachgateway.access;

import dev.attachgateway.access.AuditRecord.Verdict;
import org.jspecify.annotations.Nullable;

/** May this caller do this here? What the audit record keeps, whatever the answer. */
record Question(
        RequestId requestId,
        @Nullable String clientAddress,
        Caller caller,
        @Nullable Action action,
        String projectId,
        @Nullable String serverId,
        @Nullable String volumeId) {

    AuditRecord allowed(String rule) {
        return answered(Verdict.ALLOWED, rule, null);
    }

    AuditRecord denied(String reason) {
        return answered(Verdict.DENIED, null, reason);
    }

    AuditRecord undecided(String reason) {
        return answered(Verdict.UNDECIDED, null, reason);
    }

    private AuditRecord answered(Verdict verdict, @Nullable String rule, @Nullable String reason) {
        return new AuditRecord(
                requestId,
                caller,
                action,
                projectId,
                serverId,
                volumeId,
                null,
                verdict,
                rule,
                reason,
                clientAddress,
                1);
    }
}
