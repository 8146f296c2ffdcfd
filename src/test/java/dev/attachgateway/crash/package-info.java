/** Replicas that are killed or frozen at every boundary between two steps. */
@NullMarked
package dev.attachgateway.crash;

import org.jspecify.annotations.NullMarked;
