/** Open streams: limits, replay, heartbeat, revocation and shutdown. */
@NullMarked
package dev.attachgateway.stream.subscription;

import org.jspecify.annotations.NullMarked;
