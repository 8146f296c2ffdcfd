package dev.attachgateway.access.oidc;

import dev.attachgateway.access.authentication.CredentialSource;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.OidcTenantConfigBuilder;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The accepted token issuers. Discovery runs on an issuer's first token, so that no issuer has to be up at startup. */
@Singleton
public final class OidcIssuers implements CredentialSource {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    static final int CLOCK_SKEW_SECONDS = 5;

    /** The JWKS cache evicts only in this cleanup: without it a withdrawn key would be accepted until a restart. */
    private static final Duration JWKS_CLEANUP_INTERVAL = Duration.ofMinutes(1);

    private static final Duration MIN_JWKS_CACHE_TTL = Duration.ofMillis(100);
    private static final int MAX_CACHED_KEYS = 100;

    private final Map<String, OidcTenantConfig> tenantsByUrl = new LinkedHashMap<>();
    private final Set<String> names;

    OidcIssuers(OidcConfig config, TlsConfigurationRegistry tlsRegistry) {
        config.issuers().forEach((name, issuer) -> {
            issuer.caFile()
                    .ifPresent(file -> tlsRegistry.register(
                            tlsConfigurationName(name),
                            IssuerTlsConfiguration.load(file, "access.issuers." + name + ".ca-file")));
            if (tenantsByUrl.put(issuer.url(), bearerTenant(name, issuer)) != null) {
                throw new ConfigurationException(
                        "access.issuers." + name + ".url is already the address of another issuer.");
            }
        });
        names = Set.copyOf(config.issuers().keySet());
    }

    @Override
    public Set<String> issuerNames() {
        return names;
    }

    /** The OIDC tenant that verifies tokens with this {@code iss}; always the same object for the same issuer. */
    Optional<OidcTenantConfig> findTenant(String url) {
        return Optional.ofNullable(tenantsByUrl.get(url));
    }

    private static OidcTenantConfig bearerTenant(String name, OidcConfig.IssuerConfig issuer) {
        checkJwksCacheTtl(name, issuer);
        return baseTenantBuilder(name, issuer)
                .tenantId(name)
                .token()
                .audience(validatedAudience(name, issuer))
                .allowJwtIntrospection(false)
                .allowOpaqueTokenIntrospection(false)
                .end()
                .build();
    }

    /** Throws {@link ConfigurationException} when the TTL is below 100 ms, at which no token could be verified. */
    public static void checkJwksCacheTtl(String name, OidcConfig.IssuerConfig issuer) {
        if (issuer.jwksCacheTtl().compareTo(MIN_JWKS_CACHE_TTL) < 0) {
            throw new ConfigurationException(
                    "access.issuers." + name + ".jwks-cache-ttl must be at least 100 ms, or no token can be verified.");
        }
    }

    /** The tenant of an issuer for browser logins; the caller adds the OAuth client's settings. */
    public OidcTenantConfigBuilder loginTenantBuilder(String name, OidcConfig.IssuerConfig issuer) {
        return baseTenantBuilder(name, issuer).tenantId("login-" + name);
    }

    private static OidcTenantConfigBuilder baseTenantBuilder(String name, OidcConfig.IssuerConfig issuer) {
        var tenant = OidcTenantConfig.authServerUrl(validatedUrl(name, issuer));
        issuer.caFile().ifPresent(file -> tenant.tlsConfigurationName(tlsConfigurationName(name)));
        if (issuer.tokenFile().isPresent()) {
            // A redirect must not send the gateway's own token to another host.
            tenant.followRedirects(false);
        }
        return tenant.connectionTimeout(CONNECT_TIMEOUT)
                .jwks()
                .resolveEarly(false)
                .cacheSize(MAX_CACHED_KEYS)
                .cacheTimeToLive(issuer.jwksCacheTtl())
                .cleanUpTimerInterval(
                        issuer.jwksCacheTtl().compareTo(JWKS_CLEANUP_INTERVAL) < 0
                                ? issuer.jwksCacheTtl()
                                : JWKS_CLEANUP_INTERVAL)
                .end()
                .token()
                .issuer(issuer.url())
                .signatureAlgorithm(issuer.algorithm())
                .subjectRequired()
                .lifespanGrace(CLOCK_SKEW_SECONDS)
                .end();
    }

    private static String tlsConfigurationName(String name) {
        return "access-issuer-" + name;
    }

    private static String validatedUrl(String name, OidcConfig.IssuerConfig issuer) {
        try {
            String scheme = URI.create(issuer.url()).getScheme();
            if ("http".equals(scheme) && issuer.tokenFile().isPresent()) {
                throw new ConfigurationException("access.issuers." + name
                        + ".token-file needs an https address: over http the token is sent in the clear.");
            }
            if ("http".equals(scheme) || "https".equals(scheme)) {
                return issuer.url();
            }
        } catch (IllegalArgumentException e) {
            // Reported below.
        }
        throw new ConfigurationException("access.issuers." + name + ".url is not an http or https address.");
    }

    /** Quarkus OIDC skips the audience check for {@code any}, which would accept tokens issued for other services. */
    private static String validatedAudience(String name, OidcConfig.IssuerConfig issuer) {
        if (issuer.audience().isBlank() || issuer.audience().equals("any")) {
            throw new ConfigurationException("access.issuers." + name + ".audience does not name an audience.");
        }
        return issuer.audience();
    }
}
