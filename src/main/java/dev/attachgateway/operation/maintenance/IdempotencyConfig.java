package dev.attachgateway.operation.maintenance;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long idempotency keys are known. */
@ConfigMapping(prefix = "idempotency")
interface IdempotencyConfig {
    /** How long after the end of its operation a key still stands for it; never less. */
    @WithDefault("24h")
    Duration ttl();

    /** How often each replica removes keys that are older. */
    @WithDefault("1m")
    Duration cleanupInterval();

    /** Keys removed at once; the rest waits for the next time. */
    @WithDefault("1000")
    int cleanupBatchSize();
}
