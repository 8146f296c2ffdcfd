/** Operations in PostgreSQL: transitions with their events, leases and idempotency keys. */
@NullMarked
package dev.attachgateway.operation.store;

import org.jspecify.annotations.NullMarked;
