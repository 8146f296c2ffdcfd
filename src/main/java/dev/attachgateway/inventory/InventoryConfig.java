package dev.attachgateway.inventory;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How servers and disks are read through. */
@ConfigMapping(prefix = "inventory")
interface InventoryConfig {
    /** How old an answer may be: what the cloud said is told again until then. */
    @WithDefault("3s")
    Duration cacheTtl();

    /** How long a caller waits for the cloud, over all the calls that its answer takes. */
    @WithDefault("20s")
    Duration timeout();

    /** Servers or disks that are looked through at most for a caller who may not see all of them. */
    @WithDefault("5000")
    int maxScan();

    /** Answers of the cloud that are kept at most. */
    @WithDefault("1000")
    int cacheMaxEntries();

    /** What they are at most, in bytes as the cloud sent them; as objects they take several times as much. */
    @WithDefault("8388608")
    long cacheMaxBytes();
}
