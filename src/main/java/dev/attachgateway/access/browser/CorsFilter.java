package dev.attachgateway.access.browser;

import dev.attachgateway.request.RequestId;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Lets pages of the configured origins use the API (WHATWG Fetch, "CORS protocol"). A request of another origin is processed
 * without CORS headers instead of being rejected, because it may come from a page of the gateway's own origin, which a proxy
 * in front serves under another name, or from a client that is no browser.
 */
@ApplicationScoped
public class CorsFilter {
    /**
     * Before the authentication filter: preflight requests carry no credential, and pages have to be able to read
     * rejections.
     */
    private static final int PRIORITY = 160;

    private static final int PREFLIGHT_MAX_AGE_SECONDS = 600;
    private static final Set<HttpMethod> ALLOWED_METHODS =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);
    private static final Set<String> ALLOWED_HEADERS = Set.of(
            "Accept",
            "Authorization",
            "Content-Type",
            "Idempotency-Key",
            "Last-Event-ID",
            "Prefer",
            "traceparent",
            "X-Auth-Token",
            "X-Client-Token",
            "X-Requested-With");
    private static final Set<String> EXPOSED_HEADERS = Set.of(
            "Allow",
            "Idempotency-Replayed",
            "Link",
            "Location",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            "WWW-Authenticate",
            RequestId.HEADER);

    private final Set<String> allowedOrigins;

    public CorsFilter(CorsConfig config) {
        List<String> configured = config.origins().orElse(List.of());
        configured.forEach(origin -> {
            if (Origin.parse(origin).isEmpty()) {
                throw new ConfigurationException("access.origins contains '" + origin
                        + "', which is not an origin such as https://console.example.com.");
            }
        });
        allowedOrigins = Set.copyOf(configured);
    }

    /** Whether pages of an origin may use the API with the browser's credentials. */
    public boolean isAllowed(String origin) {
        return allowedOrigins.contains(origin);
    }

    void register(@Observes Filters filters) {
        if (allowedOrigins.isEmpty()) {
            return;
        }
        var cors = CorsHandler.create()
                .addOrigins(List.copyOf(allowedOrigins))
                .allowedMethods(ALLOWED_METHODS)
                .allowedHeaders(ALLOWED_HEADERS)
                .exposedHeaders(EXPOSED_HEADERS)
                .allowCredentials(true)
                .maxAgeSeconds(PREFLIGHT_MAX_AGE_SECONDS);
        filters.register(
                exchange -> {
                    addVaryOrigin(exchange);
                    String origin = exchange.request().getHeader("Origin");
                    if (origin != null && isAllowed(origin)) {
                        cors.handle(exchange);
                    } else {
                        exchange.next();
                    }
                },
                PRIORITY);
    }

    /** When the headers are written, after the handlers have added their own {@code Vary}. */
    private static void addVaryOrigin(RoutingContext exchange) {
        MultiMap headers = exchange.response().headers();
        exchange.addHeadersEndHandler(_ -> {
            if (!headers.getAll("Vary").toString().toLowerCase(Locale.ROOT).contains("origin")) {
                headers.add("Vary", "Origin");
            }
        });
    }
}
