/** HTTP resources and streams of operations. */
@NullMarked
package dev.attachgateway.operation.api;

import org.jspecify.annotations.NullMarked;
