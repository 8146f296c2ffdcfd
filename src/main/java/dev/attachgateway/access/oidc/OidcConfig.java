package dev.attachgateway.access.oidc;

import io.quarkus.oidc.runtime.OidcTenantConfig.SignatureAlgorithm;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Issuers of bearer tokens. */
@ConfigMapping(prefix = "access")
public interface OidcConfig {
    /** The issuers whose tokens are accepted, by the name that grants and the audit log use. */
    Map<String, IssuerConfig> issuers();

    /** One issuer. */
    interface IssuerConfig {
        /**
         * The issuer's address: the {@code iss} of its tokens and the base of discovery.
         *
         * @return an http or https URL
         */
        String url();

        /** The audience that {@code aud} of its tokens must contain. */
        @WithDefault("attach-gateway")
        String audience();

        /** The only algorithm its tokens may be signed with (RFC 7518, section 3.1); symmetric ones are not supported. */
        @WithDefault("RS256")
        SignatureAlgorithm algorithm();

        /**
         * The cache lifetime of a fetched key: how long a withdrawn key is still accepted, and an outage survived.
         *
         * @return at least {@code 100ms}
         */
        @WithDefault("30m")
        Duration jwksCacheTtl();

        /** A file with the bearer token for requests to the issuer; it is read for each request. */
        Optional<Path> tokenFile();

        /** A file with the CA certificates (PEM) trusted for the issuer; the JVM's trust store by default. */
        Optional<Path> caFile();
    }
}
