package dev.attachgateway.access.ratelimit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Request rate limits; each replica counts by itself. */
@ConfigMapping(prefix = "access.limits")
public interface RateLimitConfig {
    /** The cost that a caller may spend in a second, lasting; a request that only reads costs 1. */
    @WithDefault("200")
    double rate();

    /** The cost that a caller may spend at once. */
    @WithDefault("2000")
    int burst();

    /** The cost of a request that may change something. */
    @WithDefault("5")
    int writeCost();

    /** How many credentials from one network may fail in a minute. */
    @WithDefault("300")
    int maxFailuresPerMinute();
}
