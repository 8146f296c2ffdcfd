/** One-time tickets that open a stream where a request cannot carry a credential. */
@NullMarked
package dev.attachgateway.access.ticket;

import org.jspecify.annotations.NullMarked;
