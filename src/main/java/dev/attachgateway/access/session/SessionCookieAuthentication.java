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

/** The cookie of a browser's session. It comes along by itself, so that it counts only where nothing else was sent. */
@Singleton
public final class SessionCookieAuthentication implements AuthenticationMechanism {
    /** By this prefix browsers hold it to the host that set it, and to https (RFC 6265bis, section 4.1.3). */
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
            AuthenticatedCaller known = found.orElseThrow(NotAuthenticatedException::invalidSession);
            csrfProtection.check(exchange.request());
            return known;
        });
    }

    /** What a request holds for a session, good or bad. */
    static Optional<OpaqueToken> readToken(HttpServerRequest request) {
        return Optional.ofNullable(request.getCookie(COOKIE_NAME))
                .flatMap(cookie -> OpaqueToken.parse(cookie.getValue()));
    }

    /** Hands a session to a browser. */
    static void setCookie(RoutingContext exchange, OpaqueToken token, Duration life) {
        exchange.response().addCookie(hostCookie(COOKIE_NAME, token.reveal()).setMaxAge(life.toSeconds()));
    }

    /** Takes it out of the browser. */
    static void clearCookie(RoutingContext exchange) {
        exchange.response().addCookie(hostCookie(COOKIE_NAME, "").setMaxAge(0));
    }

    /**
     * A cookie that scripts do not see and that goes to this host alone. Lax: a link to the gateway from elsewhere finds
     * its user logged in; what changes something has its own defence.
     */
    static Cookie hostCookie(String name, String value) {
        return Cookie.cookie(name, value)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(true)
                .setSameSite(CookieSameSite.LAX);
    }
}
