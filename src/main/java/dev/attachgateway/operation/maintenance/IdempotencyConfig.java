package dev.attachgateway.operation.maintenance;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long idempotency keys are kept. */
@ConfigMapping(prefix = "idempotency")
interface IdempotencyConfig {
    /** Minimum time that a key stays valid after the end of its operation. */
    @WithDefault("24h")
    Duration ttl();

    /** How often each replica removes keys that are older. */
    @WithDefault("1m")
    Duration cleanupInterval();

    /** Maximum number of keys removed at once; the others are removed in later runs. */
    @WithDefault("1000")
    int cleanupBatchSize();
}
