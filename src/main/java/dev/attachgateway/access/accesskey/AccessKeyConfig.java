package dev.attachgateway.access.accesskey;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Access keys and their request signatures. */
@ConfigMapping(prefix = "access")
public interface AccessKeyConfig {
    /** The file of access keys: a path, or {@code classpath:} and a resource. */
    Optional<String> keysFile();

    /**
     * The maximum difference between a signature's date and the gateway's clock, in both directions; at most an hour.
     *
     * @return above 0, at most {@code 1h}
     */
    @WithDefault("15m")
    Duration signatureMaxAge();
}
