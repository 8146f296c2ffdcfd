package dev.attachgateway.audit.seal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How the audit record is sealed, and how long it is kept. */
@ConfigMapping(prefix = "audit")
interface AuditConfig {
    /** How often a replica looks whether there is something to seal. */
    @WithDefault("1s")
    Duration sealInterval();

    /** Lines under one seal at most. */
    @WithDefault("500")
    int sealMaxEntries();

    /** A file with the secret keys that seals are made with, one a line, the newest first; none: without a key. */
    Optional<String> sealKeyFile();

    /** How long a line is kept after it was sealed; the database refuses less than a day. */
    @WithDefault("400d")
    Duration retention();
}
