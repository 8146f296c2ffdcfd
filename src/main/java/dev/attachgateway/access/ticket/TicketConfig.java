package dev.attachgateway.access.ticket;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What tickets for streams are like. */
@ConfigMapping(prefix = "access.ticket")
public interface TicketConfig {
    /** How long a ticket can be used: 1 second to 5 minutes. */
    @WithDefault("30s")
    Duration ttl();

    /** Tickets of one caller that are neither used nor expired. */
    @WithDefault("100")
    int maxPerCaller();

    /** How often each replica removes expired ones. */
    @WithDefault("1m")
    Duration cleanupInterval();

    /** Tickets removed at once; the rest waits for the next time. */
    @WithDefault("10000")
    int cleanupBatchSize();
}
