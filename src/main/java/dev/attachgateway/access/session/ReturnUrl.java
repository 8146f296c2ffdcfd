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

/** Where a browser goes on after a login: to a page of the gateway's own origin, or of a listed one. */
final class ReturnUrl {
    static final String HOME = "/";
    private static final int MAX_LENGTH = 2_048;
    private static final String COOKIE_NAME = SessionCookieAuthentication.COOKIE_NAME + "-return";
    private static final Duration COOKIE_MAX_AGE = Duration.ofMinutes(10);

    /** What a URI consists of (RFC 3986, section 2); browsers take a backslash for a slash. */
    private static final Pattern ALLOWED_CHARACTERS = Pattern.compile("[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]+");

    private ReturnUrl() {}

    /** Reads an address; empty when nobody should be sent there. */
    static Optional<String> validate(String text, Predicate<String> isListed) {
        if (text.length() > MAX_LENGTH || !ALLOWED_CHARACTERS.matcher(text).matches()) {
            return Optional.empty();
        }
        if (text.startsWith("/")) {
            return text.startsWith("//") ? Optional.empty() : Optional.of(text);
        }
        try {
            URI address = URI.create(text);
            return address.getRawAuthority() != null
                            && isListed.test(address.getScheme() + "://" + address.getRawAuthority())
                    ? Optional.of(text)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Remembers in the browser where a login that begins now is to end. */
    static void storeInCookie(RoutingContext exchange, String address) {
        exchange.response()
                .addCookie(SessionCookieAuthentication.hostCookie(
                                COOKIE_NAME, URLEncoder.encode(address, StandardCharsets.UTF_8))
                        .setMaxAge(COOKIE_MAX_AGE.toSeconds()));
    }

    /** Takes that out again, and looks at it again: a cookie is whatever somebody put there. */
    static String takeFromCookie(RoutingContext exchange, Predicate<String> isListed) {
        // Before the answer's, which takes the request's place among the cookies.
        Cookie kept = exchange.request().getCookie(COOKIE_NAME);
        String value = kept == null ? "" : kept.getValue();
        exchange.response()
                .addCookie(
                        SessionCookieAuthentication.hostCookie(COOKIE_NAME, "").setMaxAge(0));
        try {
            return validate(URLDecoder.decode(value, StandardCharsets.UTF_8), isListed)
                    .orElse(HOME);
        } catch (IllegalArgumentException e) {
            return HOME;
        }
    }
}
