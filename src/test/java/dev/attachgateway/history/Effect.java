package dev.attachgateway.history;

import java.time.Instant;

/** One effect in the cloud's ledger. */
public record Effect(String type, String server, String disk, String cloudOperation, Instant at) {}
