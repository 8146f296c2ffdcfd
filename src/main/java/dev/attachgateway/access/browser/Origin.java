package dev.attachgateway.access.browser;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a page comes from, as browsers write it (RFC 6454, section 6.2): in lower case, without a path, and without the port
 * that its scheme has anyway.
 *
 * @param text such as {@code https://console.example.com}
 */
public record Origin(String text) {
    /** The form of an origin. */
    public static final String REGEX = "^(https?)://([a-z0-9._-]{1,253}|\\[[0-9a-f:.]{2,45}])(?::([1-9][0-9]{0,4}))?$";

    private static final Pattern PATTERN = Pattern.compile(REGEX);
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** Reads an origin; empty when it is none, as for the word {@code null} that pages without an origin send. */
    public static Optional<Origin> parse(String text) {
        Matcher parts = PATTERN.matcher(text);
        return parts.matches() && !Integer.toString(defaultPort(parts.group(1))).equals(parts.group(3))
                ? Optional.of(new Origin(text))
                : Optional.empty();
    }

    /**
     * Whether a request can be from a page of this origin. A browser names the origin of each request to another one; of a
     * GET to its own it names none, and says in {@code Sec-Fetch-Site} (W3C Fetch Metadata), where it knows that header,
     * that it is one.
     */
    public boolean isOriginOf(HttpServerRequest request) {
        String named = request.getHeader("Origin");
        if (named != null) {
            return named.equals(text);
        }
        String site = request.getHeader("Sec-Fetch-Site");
        return (site == null || site.equals("same-origin")) && matchesAuthority(request.authority());
    }

    /**
     * Whether this is the address that a request was sent to. Its scheme is not looked at: a proxy in front may have taken
     * the encryption off.
     */
    boolean matchesAuthority(@Nullable HostAndPort address) {
        Matcher own = PATTERN.matcher(text);
        if (address == null || !own.matches()) {
            return false;
        }
        int usual = defaultPort(own.group(1));
        int port = own.group(3) == null ? usual : Integer.parseInt(own.group(3));
        return own.group(2).equals(address.host().toLowerCase(Locale.ROOT))
                && port == (address.port() > 0 ? address.port() : usual);
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
    }
}
