package dev.attachgateway.attach;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long callers wait for a response. */
@ConfigMapping(prefix = "attach")
interface AttachConfig {
    /** The wait for the cloud's response when the caller has no preference. */
    @WithDefault("10s")
    Duration defaultWait();

    /** The maximum wait a caller may request. */
    @WithDefault("60s")
    Duration maxWait();

    /** The value of Retry-After of a 202, before the cloud has responded. */
    @WithDefault("2s")
    Duration retryAfter();
}
