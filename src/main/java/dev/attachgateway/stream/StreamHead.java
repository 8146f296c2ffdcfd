package dev.attachgateway.stream;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** The head of an answer that is a stream, the same whatever way its bytes take. */
final class StreamHead {
    private StreamHead() {}

    /** Prepares the head; it leaves with the first bytes of the body. */
    static void prepare(HttpServerRequest request) {
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

    static boolean isHttp1(HttpServerRequest request) {
        return request.version() != HttpVersion.HTTP_2;
    }
}
