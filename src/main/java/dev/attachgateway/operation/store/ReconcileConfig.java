package dev.attachgateway.operation.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Configuration of reconciliation: how long and how often ended operations are compared with the cloud. */
@ConfigMapping(prefix = "operation.reconcile")
public interface ReconcileConfig {
    /** How long a success is reconciled. */
    @WithDefault("24h")
    Duration window();

    /** How long a failure with a request of unknown outcome, or a release by an operator, is reconciled. */
    @WithDefault("7d")
    Duration doubtfulWindow();

    /** The first interval, and each interval during a drift; other intervals grow with the time since the end. */
    @WithDefault("10m")
    Duration minInterval();

    /** The longest interval. */
    @WithDefault("6h")
    Duration maxInterval();

    /** How often a replica queries the database for due operations. */
    @WithDefault("10s")
    Duration pollInterval();

    /** How many operations a replica claims at a time. */
    @WithDefault("50")
    int batchSize();

    /** How many of them it reconciles concurrently. */
    @WithDefault("4")
    int concurrency();
}
