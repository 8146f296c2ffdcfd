package dev.attachgateway.audit.seal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Configuration of the audit log's seals and retention. */
@ConfigMapping(prefix = "audit")
interface AuditConfig {
    /** How often a replica checks for unsealed entries. */
    @WithDefault("1s")
    Duration sealInterval();

    /**
     * Maximum entries under one seal.
     *
     * @return 1 to 10000
     */
    @WithDefault("500")
    int sealMaxEntries();

    /**
     * A file with the secret keys of the seals, one per line, the newest first; without one, seals have no key.
     *
     * @return at least 32 characters in each line
     */
    Optional<String> sealKeyFile();

    /**
     * How long an entry is kept after it was sealed; the database refuses less than a day.
     *
     * @return at least {@code 1d}
     */
    @WithDefault("400d")
    Duration retention();
}
