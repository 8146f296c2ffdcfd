/** The noticeboard: the log of events, its tail, the watchers, and server-sent events. */
@NullMarked
package dev.attachgateway.stream;

import org.jspecify.annotations.NullMarked;
