package dev.attachgateway.stream.subscription;

import dev.attachgateway.access.StreamAuthorization;
import dev.attachgateway.database.DatabaseUnavailableException;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.stream.channel.AcceptThrottle;
import dev.attachgateway.stream.channel.ServerSockets;
import dev.attachgateway.stream.channel.SseResponseHead;
import dev.attachgateway.stream.channel.StreamChannelFactory;
import dev.attachgateway.stream.eventlog.EventId;
import dev.attachgateway.stream.eventlog.StreamConfig;
import dev.attachgateway.stream.eventlog.SubscriptionScope;
import dev.attachgateway.stream.sse.EventEnvelope;
import dev.attachgateway.stream.tail.EventLogTail;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.Startup;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Opens live streams of operations: a snapshot or the events that the client missed, then each new event. */
@Startup
@ApplicationScoped
public class OperationStreamService implements StreamContext {
    private final EventLogTail tail;
    private final EventReplay eventReplay;
    private final StreamConfig config;
    private final StreamLimiter streamLimiter;
    private final StreamRevocationJob streamRevocationJob;
    private final ServerSockets serverSockets;
    private final AcceptThrottle acceptThrottle;
    private final HeartbeatTimer.PerEventLoop heartbeats;
    private final Counter slowReaders;
    private final Map<OperationStream, StreamLimiter.Slot> openStreams = new ConcurrentHashMap<>();
    private volatile boolean draining;

    public OperationStreamService(
            EventLogTail tail,
            EventReplay eventReplay,
            StreamConfig config,
            StreamLimiter streamLimiter,
            StreamRevocationJob streamRevocationJob,
            ServerSockets serverSockets,
            MeterRegistry registry) {
        this.tail = tail;
        this.eventReplay = eventReplay;
        this.config = config;
        this.streamLimiter = streamLimiter;
        this.streamRevocationJob = streamRevocationJob;
        this.serverSockets = serverSockets;
        this.acceptThrottle = new AcceptThrottle(serverSockets, config.maxOpening());
        this.heartbeats = new HeartbeatTimer.PerEventLoop(config.heartbeat());
        Gauge.builder("attach.gateway.streams.open", openStreams, Map::size)
                .description("Streams that are open or opening on this replica")
                .register(registry);
        this.slowReaders = Counter.builder("attach.gateway.streams.cut")
                .description("Streams that were disconnected because their client did not read")
                .register(registry);
    }

    /**
     * Responds to a request with a stream. The caller was authorized before; a failure before the head is written fails
     * the request.
     *
     *
     * @param streamAuthorization the authorization with which the stream ends
     * @param ended whether the one operation that the scope follows has ended
     * @throws ProblemException if the gateway cannot have issued the client's last event id, or if a limit of open streams
     *     is reached
     */
    public void open(
            RoutingContext request,
            SubscriptionScope subscriptionScope,
            StreamAuthorization streamAuthorization,
            EventEnvelope envelope,
            boolean ended) {
        SseResponseHead.closeHttp10Connection(request);
        var lastEventId = lastEventId(request);
        if (HttpMethod.HEAD.equals(request.request().method())) {
            SseResponseHead.prepare(request.request());
            var _ = request.response().end();
            return;
        }
        // Not the request's own context, which retains the request's data for as long as the context lives.
        var loop = ((ContextInternal) request.vertx().getOrCreateContext()).unwrap();
        var channel = StreamChannelFactory.of(request.request(), loop, config);
        if (draining) {
            // Any status but 200 would stop an EventSource; a lost connection makes it try another replica.
            channel.abort();
            return;
        }
        var slot = streamLimiter.acquire(streamAuthorization.entitlement().caller(), subscriptionScope.projectId());
        var stream = new OperationStream(subscriptionScope, envelope, channel, loop, this);
        openStreams.put(stream, slot);
        streamRevocationJob.watch(stream, streamAuthorization, stream::finish);
        acceptThrottle.begin();
        tail.register(stream)
                .emitOn(stream::onLoop)
                .flatMap(epoch -> eventReplay
                        .first(stream, epoch, lastEventId, ended)
                        .emitOn(stream::onLoop)
                        .invoke(first -> stream.begin(epoch, first)))
                .onTermination()
                .invoke(acceptThrottle::end)
                .subscribe()
                .with(_ -> {}, failure -> {
                    release(stream);
                    request.fail(new DatabaseUnavailableException(failure));
                });
    }

    /** Ends all streams, after the work on operations was handed over and before the server stops. */
    void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) ShutdownDelayInitiatedEvent event) {
        draining = true;
        serverSockets.close();
        new StreamDrain(config).run(List.copyOf(openStreams.keySet()));
    }

    @Override
    public StreamConfig config() {
        return config;
    }

    @Override
    public EventReplay replay() {
        return eventReplay;
    }

    @Override
    public HeartbeatTimer heartbeat(Context loop) {
        return heartbeats.of(loop);
    }

    @Override
    public void countSlowReader() {
        slowReaders.increment();
    }

    @Override
    public void release(OperationStream stream) {
        var slot = openStreams.remove(stream);
        if (slot != null) {
            slot.release();
        }
        streamRevocationJob.forget(stream);
        tail.leave(stream);
    }

    private static @Nullable EventId lastEventId(RoutingContext request) {
        var header = request.request().getHeader("Last-Event-ID");
        var text = header != null ? header : request.request().getParam("last_event_id");
        return text == null || text.isEmpty() ? null : EventId.parse(text);
    }
}
