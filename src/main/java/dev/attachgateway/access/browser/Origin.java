package dev.attachgateway.access.browser;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a page as browsers serialize it (RFC 6454, section 6.2): in lower case, without a path, and without the
 * default port of its scheme.
 *
 * @param text such as {@code https://console.example.com}
 */
public record Origin(String text) {
    /** The syntax of a serialized origin. */
    public static final String REGEX = "^(https?)://([a-z0-9._-]{1,253}|\\[[0-9a-f:.]{2,45}])(?::([1-9][0-9]{0,4}))?$";

    private static final Pattern PATTERN = Pattern.compile(REGEX);
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** Parses an origin; empty when it is none, as for the value {@code null} of pages with an opaque origin. */
    public static Optional<Origin> parse(String text) {
        Matcher parts = PATTERN.matcher(text);
        return parts.matches() && !Integer.toString(defaultPort(parts.group(1))).equals(parts.group(3))
                ? Optional.of(new Origin(text))
                : Optional.empty();
    }

    /**
     * Whether a request can come from a page of this origin. Browsers send {@code Origin} with each cross-origin request;
     * with a same-origin GET they send none, but {@code Sec-Fetch-Site: same-origin} (W3C Fetch Metadata) where they support
     * that header.
     */
    public boolean isOriginOf(HttpServerRequest request) {
        String header = request.getHeader("Origin");
        if (header != null) {
            return header.equals(text);
        }
        String site = request.getHeader("Sec-Fetch-Site");
        return (site == null || site.equals("same-origin")) && matchesAuthority(request.authority());
    }

    /**
     * Whether this is the authority that a request was sent to. The scheme is not compared: a proxy in front may terminate
     * TLS.
     */
    boolean matchesAuthority(@Nullable HostAndPort authority) {
        Matcher parts = PATTERN.matcher(text);
        if (authority == null || !parts.matches()) {
            return false;
        }
        int defaultPort = defaultPort(parts.group(1));
        int port = parts.group(3) == null ? defaultPort : Integer.parseInt(parts.group(3));
        return parts.group(2).equals(authority.host().toLowerCase(Locale.ROOT))
                && port == (authority.port() > 0 ? authority.port() : defaultPort);
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
    }
}
