package dev.attachgateway.stream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Opens live streams of operations: a snapshot or what the client missed, then each change. */
@Startup
@ApplicationScoped
public class OperationStreams {
    private static final Logger LOG = Logger.getLogger(OperationStreams.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    private final Tail tail;
    private final CatchUp catchUp;
    private final StreamConfig config;
    private final Set<OperationStream> open = ConcurrentHashMap.newKeySet();

    OperationStreams(Tail tail, CatchUp catchUp, StreamConfig config, MeterRegistry registry) {
        this.tail = tail;
        this.catchUp = catchUp;
        this.config = config;
        Gauge.builder("attach.gateway.streams.open", open, Set::size)
                .description("Streams that this replica serves or is about to")
                .register(registry);
    }

    /**
     * Answers a request with a stream. Who may see it was decided before; what fails here fails the request while it still
     * can.
     *
     * @param ended whether the one operation that the audience follows has ended
     * @throws MalformedEventId when the client's last id is none of ours
     */
    public void open(RoutingContext request, Audience audience, Envelope envelope, boolean ended) {
        var from = lastEventId(request);
        var loop = request.vertx().getOrCreateContext();
        var channel = new PlainChannel(request.response(), loop, config.unsentBytes());
        var stream = new OperationStream(audience, envelope, channel, loop, config, catchUp, this::forget);
        open.add(stream);
        tail.hold(stream)
                .emitOn(stream::here)
                .flatMap(epoch -> catchUp.first(stream, epoch, from, ended)
                        .emitOn(stream::here)
                        .invoke(first -> stream.begin(epoch, first)))
                .subscribe()
                .with(begun -> {}, failure -> {
                    forget(stream);
                    request.fail(new EventLog.Unavailable(failure));
                });
    }

    /**
     * Waits for the streams to end in good order, while the server still stands: at the ordinary event of a stop its
     * connections are closed already.
     */
    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        var ended = open.stream().map(OperationStream::finish).toList();
        try {
            Uni.createFrom()
                    .completionStage(() -> Future.join(ended).toCompletionStage())
                    .await()
                    .atMost(STOP_LIMIT);
        } catch (RuntimeException late) {
            LOG.debugf("streams were cut off at the stop: %s", late.getMessage());
        }
    }

    private void forget(OperationStream stream) {
        open.remove(stream);
        tail.leave(stream);
    }

    private static @Nullable EventId lastEventId(RoutingContext request) {
        var header = request.request().getHeader("Last-Event-ID");
        var text = header != null ? header : request.request().getParam("last_event_id");
        return text == null || text.isEmpty() ? null : EventId.parse(text);
    }
}
