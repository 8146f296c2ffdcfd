/** Server-sent events of operations. */
@NullMarked
package dev.attachgateway.stream;

import org.jspecify.annotations.NullMarked;
