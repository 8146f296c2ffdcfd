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
        /** The issuer's address; equal to the {@code iss} of its tokens, and where discovery begins. */
        String url();

        /** What {@code aud} of its tokens must name. */
        @WithDefault("attach-gateway")
        String audience();

        /** The one algorithm its tokens may be signed with (RFC 7518, section 3.1); no symmetric one is known. */
        @WithDefault("RS256")
        SignatureAlgorithm algorithm();

        /** How long a fetched key counts before it is fetched again: the life of a withdrawn key, and of an outage. */
        @WithDefault("30m")
        Duration jwksCacheTtl();

        /** A file with the token to ask the issuer with, which is read each time. */
        Optional<Path> tokenFile();

        /** A file with the certificates (PEM) that the issuer's own has to come from; the machine's list by default. */
        Optional<Path> caFile();
    }
}
