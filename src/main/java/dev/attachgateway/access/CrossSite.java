package dev.attachgateway.access;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * The defence against cross-site request forgery: a browser sends a session's cookie along whoever made it ask, so that what
 * changes something also has to show that a page of the gateway's own origin, or of a listed one, asked.
 */
@Singleton
final class CrossSite {
    /** A form cannot send it, and a script of another origin only after the gateway has agreed (CORS). */
    static final String HEADER = "X-Requested-With";

    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final ListedOrigins listed;

    CrossSite(ListedOrigins listed) {
        this.listed = listed;
    }

    /**
     * Refuses what another site may have made a browser send.
     *
     * @throws CrossSiteRequest when it cannot be told from that
     */
    void check(HttpServerRequest request) {
        if (!SAFE.contains(request.method()) && !(request.headers().contains(HEADER) && isFromOurOwn(request))) {
            throw new CrossSiteRequest();
        }
    }

    /** By {@code Origin} (RFC 6454) where there is one, else by {@code Sec-Fetch-Site} (W3C Fetch Metadata). */
    private boolean isFromOurOwn(HttpServerRequest request) {
        String named = request.getHeader("Origin");
        if (named != null) {
            return listed.has(named)
                    || Origin.parse(named)
                            .filter(origin -> origin.isAt(request.authority()))
                            .isPresent();
        }
        String site = request.getHeader("Sec-Fetch-Site");
        return site == null || site.equals("same-origin");
    }
}
