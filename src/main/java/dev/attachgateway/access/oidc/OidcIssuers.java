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

/** The issuers whose tokens are accepted; each is looked up on its first token, so that none has to be up before us. */
@Singleton
public final class OidcIssuers implements CredentialSource {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    static final int CLOCK_SKEW_SECONDS = 5;

    /** The cache of keys forgets nothing by itself: without this sweep a withdrawn key would count until a restart. */
    private static final Duration JWKS_CLEANUP_INTERVAL = Duration.ofMinutes(1);

    private static final Duration MIN_JWKS_CACHE_TTL = Duration.ofMillis(100);
    private static final int MAX_CACHED_KEYS = 100;

    private final Map<String, OidcTenantConfig> tenantsByUrl = new LinkedHashMap<>();
    private final Set<String> names;

    OidcIssuers(OidcConfig config, TlsConfigurationRegistry trusted) {
        config.issuers().forEach((name, issuer) -> {
            issuer.caFile()
                    .ifPresent(file -> trusted.register(
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

    /** How to verify a token that claims to be of this issuer; always the same object for the same issuer. */
    Optional<OidcTenantConfig> findTenant(String address) {
        return Optional.ofNullable(tenantsByUrl.get(address));
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

    public static void checkJwksCacheTtl(String name, OidcConfig.IssuerConfig issuer) {
        if (issuer.jwksCacheTtl().compareTo(MIN_JWKS_CACHE_TTL) < 0) {
            throw new ConfigurationException("access.issuers." + name
                    + ".jwks-cache-ttl has to be 100 ms at least, or no token can be checked.");
        }
    }

    /** An issuer whose users log in, to be completed with what kind of client this gateway is to it. */
    public OidcTenantConfigBuilder loginTenantBuilder(String name, OidcConfig.IssuerConfig issuer) {
        return baseTenantBuilder(name, issuer).tenantId("login-" + name);
    }

    private static OidcTenantConfigBuilder baseTenantBuilder(String name, OidcConfig.IssuerConfig issuer) {
        var tenant = OidcTenantConfig.authServerUrl(validatedUrl(name, issuer));
        issuer.caFile().ifPresent(file -> tenant.tlsConfigurationName(tlsConfigurationName(name)));
        if (issuer.tokenFile().isPresent()) {
            // Wherever else a redirect leads, the gateway's own token is not for.
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
                        + ".token-file is not for an http address: everybody on the way could read the token.");
            }
            if ("http".equals(scheme) || "https".equals(scheme)) {
                return issuer.url();
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new ConfigurationException("access.issuers." + name + ".url is not an http or https address.");
    }

    /** Quarkus OIDC takes the word {@code any} for "do not look", which would let in tokens made for others. */
    private static String validatedAudience(String name, OidcConfig.IssuerConfig issuer) {
        if (issuer.audience().isBlank() || issuer.audience().equals("any")) {
            throw new ConfigurationException("access.issuers." + name + ".audience does not name an audience.");
        }
        return issuer.audience();
    }
}
