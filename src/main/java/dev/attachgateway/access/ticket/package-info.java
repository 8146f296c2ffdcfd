/** One-time tickets that open a stream for clients that cannot send a credential with the request. */
@NullMarked
package dev.attachgateway.access.ticket;

import org.jspecify.annotations.NullMarked;
