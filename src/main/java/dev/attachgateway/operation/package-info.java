/** Operations: one attach or detach from its reservation to its end. */
@NullMarked
package dev.attachgateway.operation;

import org.jspecify.annotations.NullMarked;
