package dev.attachgateway.access.accesskey;

import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.request.RequestLimits;
import dev.attachgateway.request.RequestTooLargeException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.time.Duration;

/** Reads a request's body before a route is looked for, within bounds, and leaves it for the route. */
final class RequestBodyReader {
    /** Bodies are small; whoever takes longer for one does not mean to send it. */
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    private static final long UNKNOWN_LENGTH = -1;

    private RequestBodyReader() {}

    /** Fails with {@link RequestTooLargeException}, and with {@link NotAuthenticatedException} when the body does not come. */
    static Uni<Buffer> readBody(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        long length = declaredLength(request);
        Uni<Buffer> body = length == 0
                ? Uni.createFrom().item(Buffer.buffer())
                : Uni.createFrom()
                        .<Buffer>emitter(done -> read(request, length, done))
                        .ifNoItem()
                        .after(READ_TIMEOUT)
                        .failWith(RequestBodyReader::bodyNotReceived);
        // The route gets what was hashed, and nothing that comes behind it.
        return body.invoke(read -> ((RoutingContextInternal) exchange).setBody(read));
    }

    private static void read(HttpServerRequest request, long length, UniEmitter<? super Buffer> done) {
        Buffer body = Buffer.buffer();
        request.exceptionHandler(closed -> done.fail(bodyNotReceived()));
        request.handler(part -> {
            if (body.length() + part.length() > RequestLimits.MAX_BODY_BYTES) {
                done.fail(new RequestTooLargeException(RequestTooLargeException.Part.BODY));
                return;
            }
            body.appendBuffer(part);
            if (request.version() == HttpVersion.HTTP_2 && body.length() >= length) {
                // REST pauses every request, and of those that have ended HTTP/2's cannot be paused.
                request.pause();
                done.complete(body);
            }
        });
        request.endHandler(end -> done.complete(body));
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        // Whoever stands before has paused it.
        request.resume();
    }

    /** A body is announced (RFC 9112, section 6.3); one of HTTP/2 need not be, and then is none here. */
    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length != null) {
            return Long.parseLong(length);
        }
        return request.headers().contains("Transfer-Encoding") ? UNKNOWN_LENGTH : 0;
    }

    private static NotAuthenticatedException bodyNotReceived() {
        return NotAuthenticatedException.invalidSignature("The body did not come.");
    }
}
