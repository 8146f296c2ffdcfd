/** Runs operations step by step on the replica that holds their lease. */
@NullMarked
package dev.attachgateway.operation.execution;

import org.jspecify.annotations.NullMarked;
