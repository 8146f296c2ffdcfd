package dev.attachgateway.access.ratelimit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Request rate limits; each replica counts separately. */
@ConfigMapping(prefix = "access.limits")
public interface RateLimitConfig {
    /**
     * The sustained rate of a caller, in cost units a second; a read costs 1.
     *
     * @return above 0, at most 1000000
     */
    @WithDefault("200")
    double rate();

    /**
     * The burst of a caller, in cost units.
     *
     * @return at least the cost of a write
     */
    @WithDefault("2000")
    int burst();

    /**
     * The cost of a write, that is of a request with an unsafe method.
     *
     * @return at least 1
     */
    @WithDefault("5")
    int writeCost();

    /**
     * The number of failed authentications from one network in a minute before new credentials are rejected.
     *
     * @return at least 1
     */
    @WithDefault("300")
    int maxFailuresPerMinute();
}
