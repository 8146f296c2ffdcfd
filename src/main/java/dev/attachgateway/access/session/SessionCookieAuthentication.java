package dev.attachgateway.access.session;

import dev.attachgateway.access.authentication.AuthenticatedCaller;
import dev.attachgateway.access.authentication.AuthenticationMechanism;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.access.authentication.OpaqueToken;
import dev.attachgateway.access.browser.CsrfProtection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/**
 * Authentication by session cookie. Browsers attach it to every request, so it is used only without another credential.
 */
@Singleton
public final class SessionCookieAuthentication implements AuthenticationMechanism {
    /**
     * The {@code __Host-} prefix makes browsers restrict the cookie to the host that set it, and to https (RFC 6265bis,
     * section 4.1.3).
     */
    public static final String COOKIE_NAME = "__Host-attach-gateway";

    private final SessionStore sessionStore;
    private final CsrfProtection csrfProtection;

    SessionCookieAuthentication(SessionStore sessionStore, CsrfProtection csrfProtection) {
        this.sessionStore = sessionStore;
        this.csrfProtection = csrfProtection;
    }

    @Override
    public boolean isUsedBy(HttpServerRequest request) {
        return request.getCookie(COOKIE_NAME) != null;
    }

    @Override
    public boolean isAmbient() {
        return true;
    }

    @Override
    public Uni<AuthenticatedCaller> authenticate(RoutingContext exchange) {
        OpaqueToken token = readToken(exchange.request()).orElseThrow(NotAuthenticatedException::invalidSession);
        return sessionStore.find(token).map(found -> {
            AuthenticatedCaller caller = found.orElseThrow(NotAuthenticatedException::invalidSession);
            csrfProtection.check(exchange.request());
            return caller;
        });
    }

    /** The session token of a request, valid or not; empty when there is none or it is malformed. */
    static Optional<OpaqueToken> readToken(HttpServerRequest request) {
        return Optional.ofNullable(request.getCookie(COOKIE_NAME))
                .flatMap(cookie -> OpaqueToken.parse(cookie.getValue()));
    }

    /** Sets the session cookie. */
    static void setCookie(RoutingContext exchange, OpaqueToken token, Duration ttl) {
        exchange.response().addCookie(hostCookie(COOKIE_NAME, token.reveal()).setMaxAge(ttl.toSeconds()));
    }

    /** Removes the session cookie from the browser. */
    static void clearCookie(RoutingContext exchange) {
        exchange.response().addCookie(hostCookie(COOKIE_NAME, "").setMaxAge(0));
    }

    /**
     * A cookie that is hidden from scripts and sent to this host only. {@code SameSite=Lax}, so that a user who follows a
     * link from another site is logged in; unsafe requests are protected by {@link CsrfProtection}.
     */
    static Cookie hostCookie(String name, String value) {
        return Cookie.cookie(name, value)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(true)
                .setSameSite(CookieSameSite.LAX);
    }
}
