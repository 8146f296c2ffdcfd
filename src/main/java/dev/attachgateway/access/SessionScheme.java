package dev.attachgateway.access;

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
public final class SessionScheme implements Scheme {
    /** By this prefix browsers hold it to the host that set it, and to https (RFC 6265bis, section 4.1.3). */
    public static final String NAME = "__Host-attach-gateway";

    private final Sessions sessions;
    private final CrossSite crossSite;

    SessionScheme(Sessions sessions, CrossSite crossSite) {
        this.sessions = sessions;
        this.crossSite = crossSite;
    }

    @Override
    public boolean isUsedBy(HttpServerRequest request) {
        return request.getCookie(NAME) != null;
    }

    @Override
    public boolean isAmbient() {
        return true;
    }

    @Override
    public Uni<Authenticated> authenticate(RoutingContext exchange) {
        OpaqueToken token = presented(exchange.request()).orElseThrow(NotAuthenticated::session);
        return sessions.find(token).map(found -> {
            Authenticated known = found.orElseThrow(NotAuthenticated::session);
            crossSite.check(exchange.request());
            return known;
        });
    }

    /** What a request holds for a session, good or bad. */
    static Optional<OpaqueToken> presented(HttpServerRequest request) {
        return Optional.ofNullable(request.getCookie(NAME)).flatMap(cookie -> OpaqueToken.presented(cookie.getValue()));
    }

    /** Hands a session to a browser. */
    static void set(RoutingContext exchange, OpaqueToken token, Duration life) {
        exchange.response().addCookie(hostCookie(NAME, token.reveal()).setMaxAge(life.toSeconds()));
    }

    /** Takes it out of the browser. */
    static void clear(RoutingContext exchange) {
        exchange.response().addCookie(hostCookie(NAME, "").setMaxAge(0));
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
