package dev.attachgateway.access;

import dev.attachgateway.request.ForwardingHeader;
import io.quarkus.oidc.runtime.OidcTenantConfig.SignatureAlgorithm;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the operator decides about access. */
@ConfigMapping(prefix = "access")
public interface AccessConfig {
    /** The issuers whose tokens are accepted, by the name that grants and the audit record use. */
    Map<String, IssuerConfig> issuers();

    /** The grants: a path, or {@code classpath:} and a resource. */
    Optional<String> grantsFile();

    /** How often the file of the grants is looked at. */
    @WithDefault("1s")
    Duration grantsReloadInterval();

    /** Networks (CIDR) of the proxies whose word on where a request came from counts; nobody's by default. */
    Optional<List<String>> trustedProxies();

    /** The header they say it in. */
    @WithDefault("x-forwarded-for")
    ForwardingHeader forwardingHeader();

    /** How often callers and strangers may ask; each replica counts by itself. */
    RateLimitConfig limits();

    /** How often is often. */
    interface RateLimitConfig {
        /** What a caller may spend in a second, lasting; a request that only reads costs 1. */
        @WithDefault("200")
        double rate();

        /** What a caller may spend at once. */
        @WithDefault("2000")
        int burst();

        /** What a request costs that may change something. */
        @WithDefault("5")
        int writeCost();

        /** How many credentials from one network may fail in a minute. */
        @WithDefault("300")
        int maxFailuresPerMinute();
    }

    /** The origins whose pages may use the API from a browser, such as {@code https://console.example.com}. */
    Optional<List<String>> origins();

    /** The access keys that callers may sign with: a path, or {@code classpath:} and a resource. */
    Optional<String> keysFile();

    /** How far the date of a signature may be from this gateway's clock, to either side. */
    @WithDefault("15m")
    Duration signatureMaxAge();

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
