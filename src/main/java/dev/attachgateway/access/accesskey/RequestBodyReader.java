package dev.attachgateway.access.accesskey;

import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.request.RequestLimits;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.time.Duration;

/** Reads a request's body before routing, within size and time limits, and keeps it for the route. */
final class RequestBodyReader {
    /** Bodies are at most 64 KiB, so a slower one is treated as not sent. */
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    private static final long UNKNOWN_LENGTH = -1;

    private RequestBodyReader() {}

    /** Fails with {@link ProblemType#BODY_TOO_LARGE}, or with {@link NotAuthenticatedException} when the body does not arrive. */
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
        // The route gets exactly the bytes that were hashed.
        return body.invoke(read -> ((RoutingContextInternal) exchange).setBody(read));
    }

    private static void read(HttpServerRequest request, long length, UniEmitter<? super Buffer> done) {
        Buffer body = Buffer.buffer();
        request.exceptionHandler(_ -> done.fail(bodyNotReceived()));
        request.handler(part -> {
            if (body.length() + part.length() > RequestLimits.MAX_BODY_BYTES) {
                done.fail(new ProblemException(ProblemType.BODY_TOO_LARGE));
                return;
            }
            body.appendBuffer(part);
            if (request.version() == HttpVersion.HTTP_2 && body.length() >= length) {
                // Quarkus REST pauses every request, which fails for an HTTP/2 request that has ended.
                request.pause();
                done.complete(body);
            }
        });
        request.endHandler(_ -> done.complete(body));
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        // An earlier handler paused the request.
        request.resume();
    }

    /** The declared length (RFC 9112, section 6.3). An HTTP/2 body may be undeclared; it then counts as empty. */
    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length != null) {
            return Long.parseLong(length);
        }
        return request.headers().contains("Transfer-Encoding") ? UNKNOWN_LENGTH : 0;
    }

    private static NotAuthenticatedException bodyNotReceived() {
        return NotAuthenticatedException.invalidSignature("The body was not received.");
    }
}
