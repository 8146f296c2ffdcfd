/** The event log in PostgreSQL: appending, reading, and positions. */
@NullMarked
package dev.attachgateway.stream.eventlog;

import org.jspecify.annotations.NullMarked;
