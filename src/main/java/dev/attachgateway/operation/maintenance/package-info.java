/** Periodic jobs: stuck operations, retention, expired idempotency keys, and cluster-wide metrics. */
@NullMarked
package dev.attachgateway.operation.maintenance;

import org.jspecify.annotations.NullMarked;
