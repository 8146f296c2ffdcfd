package dev.attachgateway.inventory;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Configuration of the reads of servers and disks. */
@ConfigMapping(prefix = "inventory")
interface InventoryConfig {
    /** How long a response of the cloud is served from the cache. */
    @WithDefault("3s")
    Duration cacheTtl();

    /** The maximum time that a request waits for the cloud, over all the calls that it needs. */
    @WithDefault("20s")
    Duration timeout();

    /** The maximum number of servers or disks scanned for a caller whose grants do not show all of them. */
    @WithDefault("5000")
    int maxScan();

    /** The maximum number of cached responses. */
    @WithDefault("1000")
    int cacheMaxEntries();

    /** The maximum size of all cached responses, in bytes as received; on the heap they take several times as much. */
    @WithDefault("8388608")
    long cacheMaxBytes();
}
