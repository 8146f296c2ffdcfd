package dev.attachgateway.stream;

import dev.attachgateway.access.StreamAuthorization;
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
public class OperationStreams implements Hub {
    private final Tail tail;
    private final CatchUp catchUp;
    private final StreamConfig config;
    private final Admission admission;
    private final Revocations revocations;
    private final ListeningSockets listening;
    private final Rush rush;
    private final Pulse.Pulses pulses;
    private final Counter tooSlow;
    private final Map<OperationStream, Admission.Place> open = new ConcurrentHashMap<>();
    private volatile boolean draining;

    OperationStreams(
            Tail tail,
            CatchUp catchUp,
            StreamConfig config,
            Admission admission,
            Revocations revocations,
            ListeningSockets listening,
            MeterRegistry registry) {
        this.tail = tail;
        this.catchUp = catchUp;
        this.config = config;
        this.admission = admission;
        this.revocations = revocations;
        this.listening = listening;
        this.rush = new Rush(listening, config.maxOpening());
        this.pulses = new Pulse.Pulses(config.heartbeat());
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
     * @throws MalformedEventId when the client's last id is none of ours
     * @throws TooManyStreams when there is no room
     */
    public void open(
            RoutingContext request,
            Audience audience,
            StreamAuthorization streamAuthorization,
            Envelope envelope,
            boolean ended) {
        StreamHead.promiseNothing(request);
        var from = lastEventId(request);
        if (HttpMethod.HEAD.equals(request.request().method())) {
            StreamHead.prepare(request.request());
            var _ = request.response().end();
            return;
        }
        // Not the request's own context, which keeps all that is known of the request for as long as it is kept.
        var loop = ((ContextInternal) request.vertx().getOrCreateContext()).unwrap();
        var channel = Channels.of(request.request(), loop, config);
        if (draining) {
            // Any answer but 200 would make an EventSource give up; a lost connection makes it try elsewhere.
            channel.cut();
            return;
        }
        var place = admission.enter(streamAuthorization.entitlement().caller(), audience.projectId());
        var stream = new OperationStream(audience, envelope, channel, loop, this);
        open.put(stream, place);
        revocations.watch(stream, streamAuthorization, stream::finish);
        rush.enter();
        tail.hold(stream)
                .emitOn(stream::here)
                .flatMap(epoch -> catchUp.first(stream, epoch, from, ended)
                        .emitOn(stream::here)
                        .invoke(first -> stream.begin(epoch, first)))
                .onTermination()
                .invoke(rush::leave)
                .subscribe()
                .with(begun -> {}, failure -> {
                    gone(stream);
                    request.fail(new EventLog.Unavailable(failure));
                });
    }

    /** After the work on operations was handed over, and while the server still stands. */
    void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) ShutdownDelayInitiatedEvent event) {
        draining = true;
        listening.close();
        new Drain(config).run(List.copyOf(open.keySet()));
    }

    @Override
    public StreamConfig config() {
        return config;
    }

    @Override
    public CatchUp catchUp() {
        return catchUp;
    }

    @Override
    public Pulse pulse(Context loop) {
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
        revocations.forget(stream);
        tail.leave(stream);
    }

    private static @Nullable EventId lastEventId(RoutingContext request) {
        var header = request.request().getHeader("Last-Event-ID");
        var text = header != null ? header : request.request().getParam("last_event_id");
        return text == null || text.isEmpty() ? null : EventId.parse(text);
    }
}
