/** Follows the event log and delivers events to the subscribers of this replica. */
@NullMarked
package dev.attachgateway.stream.tail;

import org.jspecify.annotations.NullMarked;
