package dev.attachgateway.history;

import java.time.Instant;

/** One line of the cloud's ledger: what really happened. */
public record Effect(String type, String server, String disk, String cloudOperation, Instant at) {}
