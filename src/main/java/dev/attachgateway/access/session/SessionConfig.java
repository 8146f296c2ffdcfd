package dev.attachgateway.access.session;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Configuration of browser sessions; they are enabled when an issuer for the login is named. */
@ConfigMapping(prefix = "access.session")
interface SessionConfig {
    /**
     * The name of the login's issuer among {@code access.issuers}.
     *
     * @return a name in {@code access.issuers}
     */
    Optional<String> issuer();

    /** The gateway's client id at the issuer. */
    @WithDefault("attach-gateway")
    String clientId();

    /** A file with the client secret; without one the gateway is a public client, protected by PKCE alone. */
    Optional<Path> clientSecretFile();

    /**
     * A file with a key of at least 32 characters that protects logins in progress; the same for all replicas. Without one
     * each replica generates its own, and a login has to complete at the replica where it began.
     *
     * @return at least 32 characters
     */
    Optional<Path> keyFile();

    /** Scopes requested besides {@code openid}. */
    @WithDefault("profile")
    List<String> scopes();

    /**
     * The lifetime of a session, regardless of activity: 1 minute to 7 days.
     *
     * @return {@code 1m} to {@code 7d}
     */
    @WithDefault("8h")
    Duration ttl();

    /**
     * Maximum sessions of one caller; a login beyond that deletes the oldest.
     *
     * @return at least 1
     */
    @WithDefault("20")
    int maxPerCaller();

    /** How often each replica removes expired sessions. */
    @WithDefault("1m")
    Duration cleanupInterval();

    /** Whether a proxy terminates TLS, so that the redirect URI sent to the issuer is https. */
    @WithDefault("false")
    boolean behindHttps();
}
