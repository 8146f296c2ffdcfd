package dev.attachgateway.stream;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How streams behave. */
@ConfigMapping(prefix = "stream")
interface StreamConfig {
    /** Silence after which a comment is sent, so that proxies keep the connection and a dead peer shows. */
    @WithDefault("15s")
    Duration heartbeat();

    /** The least time a client waits before it reconnects; each stream is told up to half as much again. */
    @WithDefault("2s")
    Duration retry();

    /** How long a lost notification can delay an event. */
    @WithDefault("1s")
    Duration poll();

    /** Events of one project read at once. */
    @WithDefault("500")
    int page();

    /** Events one watcher may have waiting while its history is read, and bytes its socket may have waiting. */
    @WithDefault("1000")
    int backlog();

    /** Bytes that may wait in one stream's socket before it is cut off; it resumes by id. */
    @WithDefault("262144")
    int unsentBytes();
}
