package dev.attachgateway.access.session;

import dev.attachgateway.access.authentication.OpaqueToken;
import dev.attachgateway.access.oidc.OidcConfig;
import dev.attachgateway.access.oidc.OidcIssuers;
import dev.attachgateway.configfile.ConfigFileSource;
import dev.attachgateway.configfile.InvalidConfigFileException;
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
 * The OIDC tenant for logins: the authorization code flow (RFC 6749, section 4.1) with PKCE (RFC 7636), state and nonce, as
 * Quarkus OIDC implements it. Quarkus OIDC's own session is not used: it expires with the token of the login and cannot be
 * revoked.
 */
@Singleton
final class LoginOidcTenant {
    private static final Logger LOG = Logger.getLogger(LoginOidcTenant.class);

    /** Bounds the time from the redirect to the issuer until the callback. */
    private static final Duration STATE_COOKIE_MAX_AGE = Duration.ofMinutes(10);

    private static final int MIN_KEY_LENGTH = 32;

    private final Optional<OidcTenantConfig> config;

    LoginOidcTenant(SessionConfig session, OidcConfig access, OidcIssuers issuers) {
        config = session.issuer().map(name -> {
            var issuer = access.issuers().get(name);
            if (issuer == null) {
                throw new ConfigurationException(
                        "access.session.issuer is '" + name + "', which is not one of access.issuers.");
            }
            return buildTenantConfig(session, issuers.loginTenantBuilder(name, issuer));
        });
    }

    /** Empty when sessions are disabled. */
    Optional<OidcTenantConfig> config() {
        return config;
    }

    /** Whether a cookie belongs to Quarkus OIDC's own session, which is not used. */
    static boolean isQuarkusSessionCookie(String cookie) {
        return cookie.startsWith(OidcUtils.SESSION_COOKIE_NAME);
    }

    private static OidcTenantConfig buildTenantConfig(SessionConfig session, OidcTenantConfigBuilder issuer) {
        String key = session.keyFile()
                .map(file -> readSecret(file, "access.session.key-file"))
                .orElseGet(LoginOidcTenant::generateKey);
        if (key.length() < MIN_KEY_LENGTH) {
            throw new ConfigurationException(
                    "access.session.key-file has fewer than " + MIN_KEY_LENGTH + " characters.");
        }
        session.clientSecretFile()
                .ifPresent(file -> issuer.credentials(readSecret(file, "access.session.client-secret-file")));
        return issuer.applicationType(ApplicationType.WEB_APP)
                .clientId(session.clientId())
                .authentication()
                .redirectPath(LoginRoutes.CALLBACK_PATH)
                .restorePathAfterRedirect(false)
                .removeRedirectParameters(false)
                .forceRedirectHttpsScheme(session.behindHttps())
                .scopes(session.scopes())
                .pkceRequired()
                .nonceRequired()
                .stateSecret(key)
                .stateCookieAge(STATE_COOKIE_MAX_AGE)
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

    private static String generateKey() {
        LOG.info("access.session.key-file is not set: a login has to complete at the replica where it began");
        return OpaqueToken.generate().reveal();
    }

    private static String readSecret(Path file, String setting) {
        try {
            return new String(ConfigFileSource.secret(file.toString()).read(), StandardCharsets.UTF_8).strip();
        } catch (InvalidConfigFileException e) {
            throw new ConfigurationException(setting + ": " + file + " " + e.getMessage(), e);
        }
    }
}
