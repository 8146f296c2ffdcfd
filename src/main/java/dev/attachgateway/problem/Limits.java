package dev.attachgateway.problem;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Refuses what is too large with a problem. The server's own limits cut such requests off without one, so they are wider
 * and only a last resort.
 */
@ApplicationScoped
class Limits {
    /** After the gate, which says first who is asking, and before the server's own look at the body's length. */
    private static final int PRIORITY = 100;

    /** Bytes. No valid request is larger. */
    static final int MOST_BODY = 64 * 1024;

    private static final int MOST_ADDRESS = 4096;
    private static final int MOST_HEADERS = 64 * 1024;

    void register(@Observes Filters filters) {
        filters.register(this::pass, PRIORITY);
    }

    private void pass(RoutingContext exchange) {
        var request = exchange.request();
        if (request.uri().length() > MOST_ADDRESS) {
            exchange.fail(Complaint.ADDRESS_TOO_LONG.status());
        } else if (size(request.headers()) > MOST_HEADERS) {
            exchange.fail(Complaint.HEADERS_TOO_LARGE.status());
        } else if (announced(request.headers()) > MOST_BODY) {
            exchange.fail(Complaint.BODY_TOO_LARGE.status());
        } else {
            exchange.next();
        }
    }

    private static int size(MultiMap headers) {
        return headers.entries().stream()
                .mapToInt(header -> header.getKey().length() + header.getValue().length())
                .sum();
    }

    private static long announced(MultiMap headers) {
        var length = headers.get("content-length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
