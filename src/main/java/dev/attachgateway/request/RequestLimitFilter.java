package dev.attachgateway.request;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Refuses what is too large with a problem. The server's own limits cut such requests off without one, so they are wider
 * and only a last resort.
 */
@ApplicationScoped
class RequestLimitFilter {
    /** After the gate, which says first who is asking, and before the server's own look at the body's length. */
    private static final int PRIORITY = 100;

    void register(@Observes Filters filters) {
        filters.register(RequestLimitFilter::pass, PRIORITY);
    }

    private static void pass(RoutingContext exchange) {
        try {
            RequestLimits.check(exchange.request().uri(), exchange.request().headers());
        } catch (RequestTooLargeException e) {
            exchange.fail(e.status());
            return;
        }
        exchange.next();
    }
}
