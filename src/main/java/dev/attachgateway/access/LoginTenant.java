package dev.attachgateway.access;

import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.OidcTenantConfigBuilder;
import io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType;
import io.quarkus.oidc.runtime.OidcTenantConfig.Authentication.CookieSameSite;
import io.quarkus.oidc.runtime.OidcUtils;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * How users log in: authorization code (RFC 6749, section 4.1) with PKCE (RFC 7636), state and nonce, as Quarkus OIDC does it.
 * Its own session is not used: it is over with the token of the login, and cannot be taken back.
 */
@Singleton
final class LoginTenant {
    private static final Logger LOG = Logger.getLogger(LoginTenant.class);

    /** From the way to the issuer to the way back. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final int SHORTEST_KEY = 32;

    private final Optional<OidcTenantConfig> config;

    LoginTenant(SessionConfig session, AccessConfig access, Issuers issuers) {
        config = session.issuer().map(name -> {
            var issuer = access.issuers().get(name);
            if (issuer == null) {
                throw new ConfigurationException(
                        "access.session.issuer names '" + name + "', which is not one of access.issuers.");
            }
            return tenant(session, issuers.asClient(name, issuer));
        });
    }

    /** Empty when there are no sessions. */
    Optional<OidcTenantConfig> config() {
        return config;
    }

    /** Whether a cookie is of the session that is not used. */
    static boolean isSession(String cookie) {
        return cookie.startsWith(OidcUtils.SESSION_COOKIE_NAME);
    }

    private static OidcTenantConfig tenant(SessionConfig session, OidcTenantConfigBuilder issuer) {
        String key = session.keyFile()
                .map(file -> secret(file, "access.session.key-file"))
                .orElseGet(LoginTenant::ownKey);
        if (key.length() < SHORTEST_KEY) {
            throw new ConfigurationException(
                    "access.session.key-file holds fewer than " + SHORTEST_KEY + " characters.");
        }
        session.clientSecretFile()
                .ifPresent(file -> issuer.credentials(secret(file, "access.session.client-secret-file")));
        return issuer.applicationType(ApplicationType.WEB_APP)
                .clientId(session.clientId())
                .authentication()
                .redirectPath(LoginDoor.CALLBACK)
                .restorePathAfterRedirect(false)
                .removeRedirectParameters(false)
                .forceRedirectHttpsScheme(session.behindHttps())
                .scopes(session.scopes())
                .pkceRequired()
                .nonceRequired()
                .stateSecret(key)
                .stateCookieAge(PATIENCE)
                .cookieForceSecure()
                .cookieSameSite(CookieSameSite.LAX)
                .cookiePath("/")
                .end()
                .tokenStateManager()
                .encryptionRequired()
                .encryptionSecret(key)
                .end()
                .build();
    }

    private static String ownKey() {
        LOG.info("access.session.key-file is not set: a login has to end at the replica where it began");
        return OpaqueToken.fresh().reveal();
    }

    private static String secret(Path file, String setting) {
        try {
            return new String(FileSource.secret(file.toString()).read(), StandardCharsets.UTF_8).strip();
        } catch (BrokenFile broken) {
            throw new ConfigurationException(setting + ": " + file + " " + broken.getMessage(), broken);
        }
    }
}
