package dev.attachgateway.operation.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long and how often the cloud is compared with what was found at the end of an operation. */
@ConfigMapping(prefix = "operation.reconcile")
public interface ReconcileConfig {
    /** How long after a success. */
    @WithDefault("24h")
    Duration window();

    /** How long after a failure with a request of unknown outcome, or after an end by hand. */
    @WithDefault("7d")
    Duration doubtfulWindow();

    /** The first wait, and each wait while the cloud contradicts; other waits grow with the time since the end. */
    @WithDefault("10m")
    Duration minInterval();

    /** The longest wait. */
    @WithDefault("6h")
    Duration maxInterval();

    /** How often a replica asks the database what is due. */
    @WithDefault("10s")
    Duration pollInterval();

    /** How many operations a replica takes at a time. */
    @WithDefault("50")
    int batchSize();

    /** How many of them it looks at at once. */
    @WithDefault("4")
    int concurrency();
}
