package dev.attachgateway.operation.maintenance;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long operations that have ended are kept, with their events. */
@ConfigMapping(prefix = "operation.retention")
interface RetentionConfig {
    /** How long after its end, and after the last thing that was found out about it. */
    @WithDefault("90d")
    Duration period();

    /** How often one of the replicas removes what is older. */
    @WithDefault("1m")
    Duration interval();

    /** Operations removed in one transaction; the rest follows at once, in others. */
    @WithDefault("100")
    int batchSize();
}
