package dev.attachgateway.operation.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The right to change an operation. Whoever takes it over raises the token, so that a late write of the one before finds
 * nothing to change.
 *
 * @param owner one run of one gateway process; null when it was taken away by hand
 * @param token raised with each take-over
 */
public record Lease(@Nullable UUID owner, long token) {}
