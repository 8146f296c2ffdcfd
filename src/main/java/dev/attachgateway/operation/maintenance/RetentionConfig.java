package dev.attachgateway.operation.maintenance;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long ended operations are kept, with their events. */
@ConfigMapping(prefix = "operation.retention")
interface RetentionConfig {
    /** Time after the end of an operation, and after its last update. */
    @WithDefault("90d")
    Duration period();

    /** How often one of the replicas removes expired operations. */
    @WithDefault("1m")
    Duration interval();

    /** Operations removed in one transaction; the others follow at once, in further transactions. */
    @WithDefault("100")
    int batchSize();
}
