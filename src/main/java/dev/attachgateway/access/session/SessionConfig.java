package dev.attachgateway.access.session;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Sessions of browsers; there are none unless an issuer is named where their users log in. */
@ConfigMapping(prefix = "access.session")
interface SessionConfig {
    /** One of {@code access.issuers}, by its name. */
    Optional<String> issuer();

    /** What the issuer knows this gateway as. */
    @WithDefault("attach-gateway")
    String clientId();

    /** A file with the client's secret; without one it is a public client, for which PKCE alone stands. */
    Optional<Path> clientSecretFile();

    /**
     * A file with 32 characters or more that protect a login under way; the same for all replicas. Without one each replica
     * has its own, and a login has to end at the replica where it began.
     */
    Optional<Path> keyFile();

    /** What is asked for besides {@code openid}. */
    @WithDefault("profile")
    List<String> scopes();

    /** How long a session lasts, whatever its user does: 1 minute to 7 days. */
    @WithDefault("8h")
    Duration ttl();

    /** Sessions of one caller; a login beyond that ends the oldest. */
    @WithDefault("20")
    int maxPerCaller();

    /** Whether callers come by https though a proxy takes that off: what the issuer is told to send them back to. */
    @WithDefault("false")
    boolean behindHttps();
}
