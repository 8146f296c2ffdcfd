package dev.attachgateway.upstream.http;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to one service, each exactly once: Vert.x follows no redirects unless configured to and does not
 * resend on a stale connection, and connections are closed before the cloud's own idle timeout.
 */
public final class HttpTransport {
    private static final Duration POOL_WAIT_MARGIN = Duration.ofSeconds(1);
    private static final int MAX_BODY_BYTES = 4 * 1024 * 1024;

    private final HttpClient client;
    private final Vertx vertx;
    private final CloudService service;
    private final CloudClock clock;
    private final Duration connectTimeout;
    private final Duration answerTimeout;
    private final List<UnforwardedResponse> unforwardedResponses;

    /** A transport with its own connection pool. */
    public HttpTransport(Vertx vertx, CloudService service, UpstreamConfig config, CloudClock clock) {
        this.vertx = vertx;
        this.service = service;
        this.clock = clock;
        this.connectTimeout = config.connectTimeout();
        this.answerTimeout = config.answerTimeout();
        this.unforwardedResponses = config.unforwardedResponses().orElse(List.of());
        var connections = config.bulkhead().maxConcurrent();
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) connectTimeout.toMillis())
                .setMaxPoolSize(connections)
                .setMaxWaitQueueSize(connections * 4)
                .setKeepAliveTimeout(20)
                .setDecompressionSupported(true));
    }

    /**
     * Sends a request and receives its response.
     *
     * @param sendDeadline checked once a connection is acquired, just before the first byte is sent
     * @return the response, of any status; fails with a {@link CloudCallException} if there is none
     */
    public Uni<CloudResponse> exchange(
            HttpMethod method, String url, Map<String, String> headers, @Nullable Buffer body, Deadline sendDeadline) {
        var options = new RequestOptions()
                .setMethod(method)
                .setAbsoluteURI(url)
                // Longer than the connect timeout, to distinguish a slow connect from a full connection pool.
                .setConnectTimeout(connectTimeout.plus(POOL_WAIT_MARGIN).toMillis())
                .setFollowRedirects(false);
        headers.forEach(options::putHeader);
        return Uni.createFrom()
                .emitter(emitter -> client.request(options).onComplete(connected -> {
                    if (connected.failed()) {
                        emitter.fail(FailureClassifier.connectFailed(connected.cause()));
                    } else if (sendDeadline.hasPassed()) {
                        connected.result().reset();
                        emitter.fail(new NotStarted(
                                NotStarted.Reason.TOO_LATE,
                                "no connection was available before the send deadline",
                                null,
                                null));
                    } else {
                        sendAndReceive(connected.result(), body)
                                .onSuccess(emitter::complete)
                                .onFailure(failure -> emitter.fail(
                                        failure instanceof CloudCallException classified
                                                ? classified
                                                : FailureClassifier.responseLost(failure)));
                    }
                }));
    }

    private Future<CloudResponse> sendAndReceive(HttpClientRequest request, @Nullable Buffer body) {
        // The timeout covers the whole response, so that a body that arrives too slowly counts as lost.
        var timer = vertx.setTimer(
                answerTimeout.toMillis(),
                _ -> request.reset(0, new TimeoutException("no response within " + answerTimeout)));
        var sentAt = System.nanoTime();
        var sent = body == null ? request.send() : request.send(body);
        return sent.onSuccess(response -> clock.observe(service, response.statusCode(), response.headers(), sentAt))
                .compose(this::readBody)
                .onComplete(_ -> vertx.cancelTimer(timer));
    }

    private Future<CloudResponse> readBody(HttpClientResponse response) {
        var bytes = Buffer.buffer();
        response.handler(chunk -> {
            if (bytes.length() + chunk.length() > MAX_BODY_BYTES) {
                response.request().reset();
            } else {
                bytes.appendBuffer(chunk);
            }
        });
        return response.end().map(_ -> {
            var isUnforwarded = unforwardedResponses.stream()
                    .anyMatch(unforwarded -> unforwarded.matches(response.statusCode(), response.headers()));
            return CloudResponse.parse(response.statusCode(), response.headers(), bytes, isUnforwarded);
        });
    }
}
