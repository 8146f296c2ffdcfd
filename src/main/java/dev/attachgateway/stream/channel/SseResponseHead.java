package dev.attachgateway.stream.channel;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/** The head of an answer that is a stream, the same whatever way its bytes take. */
public final class SseResponseHead {
    private SseResponseHead() {}

    /** Prepares the head; it leaves with the first bytes of the body. */
    public static void prepare(HttpServerRequest request) {
        var response = request.response();
        response.putHeader("content-type", "text/event-stream")
                .putHeader("cache-control", "no-cache, no-transform")
                .putHeader("vary", "Accept")
                .putHeader("x-accel-buffering", "no");
        if (request.version() == HttpVersion.HTTP_1_1) {
            response.setChunked(true);
        }
        if (isHttp1(request)) {
            // The connection is not used for anything else, before or after the end.
            response.putHeader("connection", "close");
        }
    }

    /**
     * Has the last word where the server promises to keep the connection, as it does to a client of HTTP/1.0 that asks for
     * it: a stream has no chunks there, and ends with its connection.
     */
    public static void promiseNothing(RoutingContext exchange) {
        if (exchange.request().version() == HttpVersion.HTTP_1_0) {
            var headers = exchange.response().headers();
            exchange.addHeadersEndHandler(nothing -> {
                if (headers.contains("content-type", "text/event-stream", true)) {
                    headers.set("connection", "close");
                }
            });
        }
    }

    static boolean isHttp1(HttpServerRequest request) {
        return request.version() != HttpVersion.HTTP_2;
    }
}
