package dev.attachgateway.access;

import dev.attachgateway.access.audit.AuditEntry;

/**
 * Evidence that the policy allowed an action.
 *
 * @param auditEntry to be written in the transaction that executes the action; the entry of a read is already enqueued
 */
public record Permit(AuditEntry auditEntry) {}
