package dev.attachgateway.stream.channel;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/** The response head of an event stream, the same for every channel. */
public final class SseResponseHead {
    private SseResponseHead() {}

    /** Sets the headers; they are sent with the first bytes of the body. */
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
            // The connection carries no other request, before or after the stream.
            response.putHeader("connection", "close");
        }
    }

    /**
     * Sets {@code Connection: close} after the server has set keep-alive for an HTTP/1.0 client that asked for it:
     * HTTP/1.0 has no chunks, so a stream ends with its connection.
     */
    public static void closeHttp10Connection(RoutingContext exchange) {
        if (exchange.request().version() == HttpVersion.HTTP_1_0) {
            var headers = exchange.response().headers();
            exchange.addHeadersEndHandler(_ -> {
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
