/** Request rate limits for each network and each caller. */
@NullMarked
package dev.attachgateway.access.ratelimit;

import org.jspecify.annotations.NullMarked;
