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
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request once to one service. It never repeats one by itself: Vert.x follows no redirect unless told to and does not re-send
 * on a stale connection, and connections are let go before the cloud's own idle limit.
 */
public final class HttpTransport {
    private static final Duration QUEUE_PATIENCE = Duration.ofSeconds(1);
    private static final int MAX_BODY = 4 * 1024 * 1024;

    private final HttpClient client;
    private final Vertx vertx;
    private final CloudService service;
    private final CloudClock clock;
    private final Duration connectTimeout;
    private final Duration answerTimeout;

    public HttpTransport(Vertx vertx, CloudService service, UpstreamConfig config, CloudClock clock) {
        this.vertx = vertx;
        this.service = service;
        this.clock = clock;
        this.connectTimeout = config.connectTimeout();
        this.answerTimeout = config.answerTimeout();
        var connections = config.bulkhead().maxConcurrent();
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) connectTimeout.toMillis())
                .setMaxPoolSize(connections)
                .setMaxWaitQueueSize(connections * 4)
                .setKeepAliveTimeout(20)
                .setDecompressionSupported(true));
    }

    /**
     * One exchange.
     *
     * @param sendBefore looked at when a connection is in hand, just before the first byte leaves
     * @return the answer, whatever its status; fails with what {@link FailureClassifier} makes of a lost one
     */
    public Uni<CloudResponse> exchange(
            HttpMethod method, String url, Map<String, String> headers, @Nullable Buffer body, Deadline sendBefore) {
        var options = new RequestOptions()
                .setMethod(method)
                .setAbsoluteURI(url)
                // A little longer than a connection may take, so that the two can be told apart: the rest is our own
                // queue.
                .setConnectTimeout(connectTimeout.plus(QUEUE_PATIENCE).toMillis())
                .setFollowRedirects(false);
        headers.forEach(options::putHeader);
        return Uni.createFrom()
                .emitter(done -> client.request(options).onComplete(connected -> {
                    if (connected.failed()) {
                        done.fail(FailureClassifier.notConnected(connected.cause()));
                    } else if (sendBefore.isOver()) {
                        connected.result().reset();
                        done.fail(new NotStarted(
                                NotStarted.Why.TOO_LATE, "a connection came too late for this attempt", null, null));
                    } else {
                        answer(connected.result(), body)
                                .onSuccess(done::complete)
                                .onFailure(failure -> done.fail(
                                        failure instanceof CloudCallException sorted
                                                ? sorted
                                                : FailureClassifier.lost(failure)));
                    }
                }));
    }

    private Future<CloudResponse> answer(HttpClientRequest request, @Nullable Buffer body) {
        // The limit covers the whole answer: a body that trickles in is as lost as one that never comes.
        var timer = vertx.setTimer(
                answerTimeout.toMillis(),
                fired -> request.reset(0, new TimeoutException("no answer within " + answerTimeout)));
        var asked = System.nanoTime();
        var sent = body == null ? request.send() : request.send(body);
        return sent.onSuccess(response -> clock.observe(service, response.getHeader("Date"), asked))
                .compose(HttpTransport::read)
                .onComplete(any -> vertx.cancelTimer(timer));
    }

    private static Future<CloudResponse> read(HttpClientResponse response) {
        var bytes = Buffer.buffer();
        response.handler(part -> {
            if (bytes.length() + part.length() > MAX_BODY) {
                response.request().reset();
            } else {
                bytes.appendBuffer(part);
            }
        });
        return response.end().map(end -> CloudResponse.of(response.statusCode(), response.headers(), bytes));
    }
}
