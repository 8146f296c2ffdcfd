package dev.attachgateway.attach;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long callers are kept waiting. */
@ConfigMapping(prefix = "attach")
interface AttachConfig {
    /** The wait for the cloud's answer when the caller has no preference. */
    @WithDefault("10s")
    Duration defaultWait();

    /** The longest wait a caller may ask for. */
    @WithDefault("60s")
    Duration maxWait();

    /** When to look again, as told to callers whose answer is not in. */
    @WithDefault("2s")
    Duration retryAfter();
}
