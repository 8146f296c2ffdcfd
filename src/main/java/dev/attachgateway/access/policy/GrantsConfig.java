package dev.attachgateway.access.policy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The file of grants. */
@ConfigMapping(prefix = "access")
interface GrantsConfig {
    /** The grants: a path, or {@code classpath:} and a resource. */
    Optional<String> grantsFile();

    /** The interval at which the file of grants is checked for changes. */
    @WithDefault("1s")
    Duration grantsReloadInterval();
}
