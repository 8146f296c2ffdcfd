package dev.attachgateway.access.accesskey;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Access keys and the signatures that are made with them. */
@ConfigMapping(prefix = "access")
public interface AccessKeyConfig {
    /** The access keys that callers may sign with: a path, or {@code classpath:} and a resource. */
    Optional<String> keysFile();

    /** How far the date of a signature may be from this gateway's clock, to either side; an hour at most. */
    @WithDefault("15m")
    Duration signatureMaxAge();
}
