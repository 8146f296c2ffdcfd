/** The periodic jobs of a replica. */
@NullMarked
package dev.attachgateway.schedule;

import org.jspecify.annotations.NullMarked;
