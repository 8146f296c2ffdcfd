/** The wire format of server-sent events. */
@NullMarked
package dev.attachgateway.stream.sse;

import org.jspecify.annotations.NullMarked;
