/** Transports of a stream: sockets, response heads, and the pace of accepting connections. */
@NullMarked
package dev.attachgateway.stream.channel;

import org.jspecify.annotations.NullMarked;
