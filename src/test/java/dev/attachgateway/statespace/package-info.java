/** The life of an attach as a state space: every interleaving of two replicas, two callers and a cloud that protects nobody. */
@NullMarked
package dev.attachgateway.statespace;

import org.jspecify.annotations.NullMarked;
