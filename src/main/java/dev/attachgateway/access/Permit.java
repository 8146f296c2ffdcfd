package dev.attachgateway.access;

import dev.attachgateway.access.audit.AuditEntry;

/**
 * An action that the policy allowed.
 *
 * @param auditEntry to be written in the transaction that carries the action out; that of a read is written already
 */
public record Permit(AuditEntry auditEntry) {}
