package dev.attachgateway.access;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.time.Duration;

/** Reads a request's body before a route is looked for, within bounds, and leaves it for the route. */
final class EarlyBody {
    /** Bodies are small; whoever takes longer for one does not mean to send it. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final long UNKNOWN = -1;

    private EarlyBody() {}

    /** Fails with {@link TooLarge}, and with {@link NotAuthenticated} when the body does not come. */
    static Uni<Buffer> of(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        long length = length(request);
        Uni<Buffer> body = length == 0
                ? Uni.createFrom().item(Buffer.buffer())
                : Uni.createFrom()
                        .<Buffer>emitter(done -> read(request, length, done))
                        .ifNoItem()
                        .after(LIMIT)
                        .failWith(EarlyBody::missing);
        // The route gets what was hashed, and nothing that comes behind it.
        return body.invoke(read -> ((RoutingContextInternal) exchange).setBody(read));
    }

    private static void read(HttpServerRequest request, long length, UniEmitter<? super Buffer> done) {
        Buffer body = Buffer.buffer();
        request.exceptionHandler(closed -> done.fail(missing()));
        request.handler(part -> {
            if (body.length() + part.length() > Bounds.MOST_BODY) {
                done.fail(new TooLarge(TooLarge.Part.BODY));
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
    private static long length(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length != null) {
            return Long.parseLong(length);
        }
        return request.headers().contains("Transfer-Encoding") ? UNKNOWN : 0;
    }

    private static NotAuthenticated missing() {
        return NotAuthenticated.badSignature("The body did not come.");
    }
}
