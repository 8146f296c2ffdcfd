package dev.attachgateway.access;

import io.quarkus.oidc.runtime.OidcTenantConfig.SignatureAlgorithm;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What the operator decides about access. */
@ConfigMapping(prefix = "access")
interface AccessConfig {
    /** The issuers whose tokens are accepted, by the name that grants and the audit record use. */
    Map<String, IssuerConfig> issuers();

    /** The grants: a path, or {@code classpath:} and a resource. */
    Optional<String> grantsFile();

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
        Duration keysKept();
    }
}
