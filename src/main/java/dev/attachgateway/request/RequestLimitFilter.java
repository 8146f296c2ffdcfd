package dev.attachgateway.request;

import dev.attachgateway.problem.type.ProblemException;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Rejects oversized requests with a problem response. The server's own limits close the connection without one, so they are
 * set higher, as a last resort.
 */
@ApplicationScoped
class RequestLimitFilter {
    /** After the authentication filter, and before the server checks the body's length itself. */
    private static final int PRIORITY = 100;

    void register(@Observes Filters filters) {
        filters.register(RequestLimitFilter::check, PRIORITY);
    }

    private static void check(RoutingContext exchange) {
        try {
            RequestLimits.check(exchange.request().uri(), exchange.request().headers());
        } catch (ProblemException e) {
            exchange.fail(e.type().status(), e);
            return;
        }
        exchange.next();
    }
}
