package dev.attachgateway.request;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * The id of one exchange in responses, logs, events and the audit log.
 *
 * @param traceId 32 lower-case hex digits: the W3C trace id, the caller's own when it sent a valid one
 * @param spanId 16 lower-case hex digits: this gateway's part of that trace
 * @param traceparent as the caller sent it, when it was valid (W3C Trace Context)
 */
public record RequestId(
        String traceId, String spanId, @Nullable String traceparent) {
    /** The header that carries the trace id on every response. */
    public static final String HEADER = "X-Request-Id";

    private static final String CONTEXT_KEY = RequestId.class.getName();

    /** Before all other filters, including authentication and body limits, whose responses carry the header too. */
    private static final int FILTER_PRIORITY = 100_000;

    private static final Pattern TRACEPARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

    /** A later version is read as version 00, without its extensions (W3C Trace Context, "Versioning of traceparent"). */
    private static final int TRACEPARENT_LENGTH = 55;

    /** The id of a request without its {@code traceparent}. */
    public RequestId(String traceId, String spanId) {
        this(traceId, spanId, null);
    }

    /**
     * Returns the id of this exchange.
     *
     * @throws IllegalStateException when the filter that sets it did not run
     */
    public static RequestId of(RoutingContext exchange) {
        RequestId id = exchange.get(CONTEXT_KEY);
        if (id == null) {
            throw new IllegalStateException("The exchange has no request id: its filter did not run.");
        }
        return id;
    }

    /** The id of this exchange, or a new one, also set on the response, when the server rejected it before any filter ran. */
    public static RequestId getOrCreate(RoutingContext exchange) {
        RequestId id = exchange.get(CONTEXT_KEY);
        if (id == null) {
            id = generate();
            exchange.put(CONTEXT_KEY, id);
            exchange.response().putHeader(HEADER, id.traceId());
        }
        return id;
    }

    /** A new id for work that no HTTP request started. */
    public static RequestId generate() {
        return new RequestId(randomHex(2), randomHex(1));
    }

    /** Continues the caller's trace when its {@code traceparent} is valid (W3C Trace Context), else starts one. */
    static RequestId fromTraceparent(@Nullable String traceparent) {
        return Optional.ofNullable(traceparent)
                .map(TRACEPARENT::matcher)
                .filter(Matcher::matches)
                .filter(match -> match.group(2) == null || !match.group().startsWith("00"))
                .map(match -> new RequestId(
                        match.group(1), randomHex(1), "00" + match.group().substring(2, TRACEPARENT_LENGTH)))
                .orElseGet(RequestId::generate);
    }

    private static String randomHex(int longs) {
        var hex = new StringBuilder();
        for (int i = 0; i < longs; i++) {
            long bits;
            do {
                bits = ThreadLocalRandom.current().nextLong();
            } while (bits == 0);
            hex.append(HexFormat.of().toHexDigits(bits));
        }
        return hex.toString();
    }

    /** Gives every exchange its id. */
    static final class Filter {
        void register(@Observes Filters filters) {
            filters.register(
                    exchange -> {
                        RequestId id = fromTraceparent(exchange.request().getHeader("traceparent"));
                        exchange.put(CONTEXT_KEY, id);
                        exchange.response().putHeader(HEADER, id.traceId());
                        MDC.put("request_id", id.traceId());
                        exchange.next();
                    },
                    FILTER_PRIORITY);
        }
    }
}
