package dev.attachgateway.stream.subscription;

import dev.attachgateway.access.StreamAuthorization;
import dev.attachgateway.database.DatabaseUnavailableException;
import dev.attachgateway.stream.channel.AcceptThrottle;
import dev.attachgateway.stream.channel.ServerSockets;
import dev.attachgateway.stream.channel.SseResponseHead;
import dev.attachgateway.stream.channel.StreamChannelFactory;
import dev.attachgateway.stream.eventlog.EventId;
import dev.attachgateway.stream.eventlog.MalformedEventIdException;
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

/** Opens live streams of operations: a snapshot or what the client missed, then each change. */
@Startup
@ApplicationScoped
public class OperationStreamService implements StreamContext {
    private final EventLogTail tail;
    private final EventReplay eventReplay;
    private final StreamConfig config;
    private final StreamLimiter streamLimiter;
    private final StreamRevocationJob streamRevocationJob;
    private final ServerSockets listening;
    private final AcceptThrottle acceptThrottle;
    private final HeartbeatTimer.Pulses pulses;
    private final Counter tooSlow;
    private final Map<OperationStream, StreamLimiter.Place> open = new ConcurrentHashMap<>();
    private volatile boolean draining;

    public OperationStreamService(
            EventLogTail tail,
            EventReplay eventReplay,
            StreamConfig config,
            StreamLimiter streamLimiter,
            StreamRevocationJob streamRevocationJob,
            ServerSockets listening,
            MeterRegistry registry) {
        this.tail = tail;
        this.eventReplay = eventReplay;
        this.config = config;
        this.streamLimiter = streamLimiter;
        this.streamRevocationJob = streamRevocationJob;
        this.listening = listening;
        this.acceptThrottle = new AcceptThrottle(listening, config.maxOpening());
        this.pulses = new HeartbeatTimer.Pulses(config.heartbeat());
        Gauge.builder("attach.gateway.streams.open", open, Map::size)
                .description("Streams that this replica serves or is about to")
                .register(registry);
        this.tooSlow = Counter.builder("attach.gateway.streams.cut")
                .description("Streams that were cut off because nobody read them")
                .register(registry);
    }

    /**
     * Answers a request with a stream. Who may see it was decided before; what fails here fails the request while it still
     * can.
     *
     * @param streamAuthorization which the stream ends with
     * @param ended whether the one operation that the audience follows has ended
     * @throws MalformedEventIdException when the client's last id is none of ours
     * @throws StreamLimitExceededException when there is no room
     */
    public void open(
            RoutingContext request,
            SubscriptionScope subscriptionScope,
            StreamAuthorization streamAuthorization,
            EventEnvelope envelope,
            boolean ended) {
        SseResponseHead.promiseNothing(request);
        var from = lastEventId(request);
        if (HttpMethod.HEAD.equals(request.request().method())) {
            SseResponseHead.prepare(request.request());
            var _ = request.response().end();
            return;
        }
        // Not the request's own context, which keeps all that is known of the request for as long as it is kept.
        var loop = ((ContextInternal) request.vertx().getOrCreateContext()).unwrap();
        var channel = StreamChannelFactory.of(request.request(), loop, config);
        if (draining) {
            // Any answer but 200 would make an EventSource give up; a lost connection makes it try elsewhere.
            channel.cut();
            return;
        }
        var place = streamLimiter.enter(streamAuthorization.entitlement().caller(), subscriptionScope.projectId());
        var stream = new OperationStream(subscriptionScope, envelope, channel, loop, this);
        open.put(stream, place);
        streamRevocationJob.watch(stream, streamAuthorization, stream::finish);
        acceptThrottle.enter();
        tail.hold(stream)
                .emitOn(stream::here)
                .flatMap(epoch -> eventReplay
                        .first(stream, epoch, from, ended)
                        .emitOn(stream::here)
                        .invoke(first -> stream.begin(epoch, first)))
                .onTermination()
                .invoke(acceptThrottle::leave)
                .subscribe()
                .with(begun -> {}, failure -> {
                    gone(stream);
                    request.fail(new DatabaseUnavailableException(failure));
                });
    }

    /** After the work on operations was handed over, and while the server still stands. */
    void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) ShutdownDelayInitiatedEvent event) {
        draining = true;
        listening.close();
        new StreamDrain(config).run(List.copyOf(open.keySet()));
    }

    @Override
    public StreamConfig config() {
        return config;
    }

    @Override
    public EventReplay catchUp() {
        return eventReplay;
    }

    @Override
    public HeartbeatTimer pulse(Context loop) {
        return pulses.of(loop);
    }

    @Override
    public void tooSlow() {
        tooSlow.increment();
    }

    @Override
    public void gone(OperationStream stream) {
        var place = open.remove(stream);
        if (place != null) {
            place.leave();
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
