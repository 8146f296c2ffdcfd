package dev.attachgateway.access.browser;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * The defence against cross-site request forgery: a browser sends a session's cookie along whoever made it ask, so that what
 * changes something also has to show that a page of the gateway's own origin, or of a listed one, asked.
 */
@Singleton
public final class CsrfProtection {
    /** A form cannot send it, and a script of another origin only after the gateway has agreed (CORS). */
    public static final String REQUIRED_HEADER = "X-Requested-With";

    private static final Set<HttpMethod> SAFE_METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final CorsFilter corsFilter;

    CsrfProtection(CorsFilter listed) {
        this.corsFilter = listed;
    }

    /**
     * Refuses what another site may have made a browser send.
     *
     * @throws CrossSiteRequestException when it cannot be told from that
     */
    public void check(HttpServerRequest request) {
        if (!SAFE_METHODS.contains(request.method())
                && !(request.headers().contains(REQUIRED_HEADER) && isFromAllowedOrigin(request))) {
            throw new CrossSiteRequestException();
        }
    }

    /** By {@code Origin} (RFC 6454) where there is one, else by {@code Sec-Fetch-Site} (W3C Fetch Metadata). */
    private boolean isFromAllowedOrigin(HttpServerRequest request) {
        String named = request.getHeader("Origin");
        if (named != null) {
            return corsFilter.isAllowed(named)
                    || Origin.parse(named)
                            .filter(origin -> origin.matchesAuthority(request.authority()))
                            .isPresent();
        }
        String site = request.getHeader("Sec-Fetch-Site");
        return site == null || site.equals("same-origin");
    }
}
