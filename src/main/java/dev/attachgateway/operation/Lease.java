package dev.attachgateway.operation;

import java.util.UUID;

/**
 * The right to change an operation. Whoever takes it over raises the token, so that a late write of the one before finds
 * nothing to change.
 *
 * @param owner one run of one gateway process
 * @param token raised with each take-over
 */
record Lease(UUID owner, long token) {}
