package dev.attachgateway.operation.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The lease that an update of an operation requires. Each takeover raises the fencing token, so that a late write of the
 * previous owner matches no row.
 *
 * @param owner one run of one gateway process; null after an operator revoked the lease
 * @param token the fencing token, raised by each takeover
 */
public record Lease(@Nullable UUID owner, long token) {}
