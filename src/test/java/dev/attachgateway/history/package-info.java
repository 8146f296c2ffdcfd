/** What callers were told, what was written down and what really happened, held against each other. */
@NullMarked
package dev.attachgateway.history;

import org.jspecify.annotations.NullMarked;
