package dev.attachgateway.access.browser;

import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Protection against cross-site request forgery: a browser attaches the session cookie whichever page causes the request, so
 * an unsafe request also has to prove that it comes from a page of the gateway's own origin or of a configured one.
 */
@Singleton
public final class CsrfProtection {
    /** A form cannot send this header, and a script of another origin only after a successful preflight (CORS). */
    public static final String REQUIRED_HEADER = "X-Requested-With";

    private static final Set<HttpMethod> SAFE_METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final CorsFilter corsFilter;

    CsrfProtection(CorsFilter corsFilter) {
        this.corsFilter = corsFilter;
    }

    /**
     * Rejects an unsafe request that a page of another site may have caused.
     *
     * @throws ProblemException when the header is missing or the origin is not allowed
     */
    public void check(HttpServerRequest request) {
        if (!SAFE_METHODS.contains(request.method())
                && !(request.headers().contains(REQUIRED_HEADER) && isFromAllowedOrigin(request))) {
            throw new ProblemException(
                    ProblemType.CROSS_SITE,
                    "Logout and other unsafe requests with a session cookie require the header " + REQUIRED_HEADER
                            + " and an origin that is the gateway's own or listed in access.origins.");
        }
    }

    /** By {@code Origin} (RFC 6454) where there is one, else by {@code Sec-Fetch-Site} (W3C Fetch Metadata). */
    private boolean isFromAllowedOrigin(HttpServerRequest request) {
        String header = request.getHeader("Origin");
        if (header != null) {
            return corsFilter.isAllowed(header)
                    || Origin.parse(header)
                            .filter(origin -> origin.matchesAuthority(request.authority()))
                            .isPresent();
        }
        String site = request.getHeader("Sec-Fetch-Site");
        return site == null || site.equals("same-origin");
    }
}
