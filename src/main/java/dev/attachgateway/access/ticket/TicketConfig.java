package dev.attachgateway.access.ticket;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Configuration of stream tickets. */
@ConfigMapping(prefix = "access.ticket")
public interface TicketConfig {
    /**
     * The lifetime of a ticket: 1 second to 5 minutes.
     *
     * @return {@code 1s} to {@code 5m}
     */
    @WithDefault("30s")
    Duration ttl();

    /**
     * Maximum tickets of one caller that are neither used nor expired.
     *
     * @return at least 1
     */
    @WithDefault("100")
    int maxPerCaller();

    /** How often each replica removes expired tickets. */
    @WithDefault("1m")
    Duration cleanupInterval();

    /**
     * Maximum tickets removed per run; the rest waits for the next run.
     *
     * @return at least 1
     */
    @WithDefault("10000")
    int cleanupBatchSize();
}
