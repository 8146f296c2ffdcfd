/** A state-space model of an attach: every interleaving of two replicas, two callers and a cloud that applies duplicates. */
@NullMarked
package dev.attachgateway.statespace;

import org.jspecify.annotations.NullMarked;
