/** Fault injection matrix: every failure of the cloud at every call of an operation, before and after the effect. */
@NullMarked
package dev.attachgateway.matrix;

import org.jspecify.annotations.NullMarked;
