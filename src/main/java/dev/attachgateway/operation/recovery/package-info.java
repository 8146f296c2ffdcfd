/** Requests of unknown outcome, drift, and reconciliation with the cloud. */
@NullMarked
package dev.attachgateway.operation.recovery;

import org.jspecify.annotations.NullMarked;
