package dev.attachgateway.access.session;

import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The page to which a browser is redirected after a login: of the gateway's own origin or of a configured one. */
final class ReturnUrl {
    static final String HOME = "/";
    private static final int MAX_LENGTH = 2_048;
    private static final String COOKIE_NAME = SessionCookieAuthentication.COOKIE_NAME + "-return";
    private static final Duration COOKIE_MAX_AGE = Duration.ofMinutes(10);

    /** The characters of a URI (RFC 3986, section 2), without the backslash, which browsers treat as a slash. */
    private static final Pattern ALLOWED_CHARACTERS = Pattern.compile("[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]+");

    private ReturnUrl() {}

    /** Validates a return URL; empty when it is not allowed. */
    static Optional<String> validate(String text, Predicate<String> isAllowedOrigin) {
        if (text.length() > MAX_LENGTH || !ALLOWED_CHARACTERS.matcher(text).matches()) {
            return Optional.empty();
        }
        if (text.startsWith("/")) {
            return text.startsWith("//") ? Optional.empty() : Optional.of(text);
        }
        try {
            var url = URI.create(text);
            return url.getRawAuthority() != null
                            && isAllowedOrigin.test(url.getScheme() + "://" + url.getRawAuthority())
                    ? Optional.of(text)
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Stores the return URL of a login in a cookie. */
    static void storeInCookie(RoutingContext exchange, String returnUrl) {
        exchange.response()
                .addCookie(SessionCookieAuthentication.hostCookie(
                                COOKIE_NAME, URLEncoder.encode(returnUrl, StandardCharsets.UTF_8))
                        .setMaxAge(COOKIE_MAX_AGE.toSeconds()));
    }

    /**
     * Reads the return URL from the cookie, removes the cookie, and validates again: a client may have set any value.
     */
    static String takeFromCookie(RoutingContext exchange, Predicate<String> isAllowedOrigin) {
        // Read before the response's cookie is added, which replaces the request's.
        Cookie stored = exchange.request().getCookie(COOKIE_NAME);
        String value = stored == null ? "" : stored.getValue();
        exchange.response()
                .addCookie(
                        SessionCookieAuthentication.hostCookie(COOKIE_NAME, "").setMaxAge(0));
        try {
            return validate(URLDecoder.decode(value, StandardCharsets.UTF_8), isAllowedOrigin)
                    .orElse(HOME);
        } catch (IllegalArgumentException _) {
            return HOME;
        }
    }
}
