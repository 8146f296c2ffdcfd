/** Attach and detach: the use cases and their HTTP resources. */
@NullMarked
package dev.attachgateway.attach;

import org.jspecify.annotations.NullMarked;
