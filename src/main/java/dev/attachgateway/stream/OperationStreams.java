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
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Opens the live story of one operation: a snapshot or what the client missed, each change, the end. */
@Startup
@ApplicationScoped
public class OperationStreams {
    private static final Logger LOG = Logger.getLogger(OperationStreams.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    private final EventLog events;
    private final Tail tail;
    private final StreamConfig config;
    private final Set<OperationStream> open = ConcurrentHashMap.newKeySet();

    OperationStreams(EventLog events, Tail tail, StreamConfig config, MeterRegistry registry) {
        this.events = events;
        this.tail = tail;
        this.config = config;
        Gauge.builder("attach.gateway.streams.open", open, Set::size)
                .description("Streams that this replica serves or is about to")
                .register(registry);
    }

    /**
     * Answers a request with the operation's stream. Who may see it was decided before; what fails here fails the request
     * while it still can.
     *
     * @throws MalformedEventId when the client's last id is none of ours
     */
    public void open(RoutingContext request, String projectId, UUID operationId) {
        var last = lastEventId(request);
        var stream = new OperationStream[1];
        stream[0] = new OperationStream(
                projectId,
                operationId,
                request.response(),
                request.vertx().getOrCreateContext(),
                config,
                () -> forget(stream[0]));
        open.add(stream[0]);
        // Joined first and read afterwards: an event committed in between is seen twice here and written once.
        stream[0]
                .here(tail.join(stream[0]).flatMap(joined -> tail.epoch()).flatMap(epoch -> {
                    if (last == null) {
                        return fresh(projectId, operationId, epoch, null);
                    }
                    if (!last.isOf(epoch)) {
                        return fresh(projectId, operationId, epoch, "another-history");
                    }
                    return resumed(projectId, operationId, epoch, last.position());
                }))
                .subscribe()
                .with(beginning -> beginning.write(stream[0]), failure -> {
                    forget(stream[0]);
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

    private Uni<Beginning> fresh(String projectId, UUID operationId, Epoch epoch, @Nullable String reason) {
        return events.snapshot(projectId, operationId).map(snapshot -> stream -> {
            stream.open(epoch);
            if (reason != null) {
                stream.reset(reason);
            }
            stream.snapshot(snapshot);
            stream.live();
        });
    }

    private Uni<Beginning> resumed(String projectId, UUID operationId, Epoch epoch, long after) {
        return events.snapshot(projectId, operationId).flatMap(now -> {
            if (after > now.head()) {
                return fresh(projectId, operationId, epoch, "ahead-of-history");
            }
            var latest = now.latest();
            if (latest != null && latest.terminal() && latest.position() <= after) {
                // The client has seen the end: 204 is what makes an EventSource stop coming back.
                return Uni.createFrom().item(OperationStream::nothingMore);
            }
            return events.ofOperation(projectId, operationId, after, config.backlog())
                    .flatMap(missed -> missed.size() < config.backlog()
                            ? Uni.createFrom().item(stream -> {
                                stream.open(epoch);
                                stream.history(missed, after);
                                stream.live();
                            })
                            : fresh(projectId, operationId, epoch, "history-too-long"));
        });
    }

    private static @Nullable EventId lastEventId(RoutingContext request) {
        var header = request.request().getHeader("Last-Event-ID");
        var text = header != null ? header : request.request().getParam("last_event_id");
        return text == null || text.isEmpty() ? null : EventId.parse(text);
    }

    /** What a stream begins with, written on its connection's event loop. */
    private interface Beginning {
        void write(OperationStream stream);
    }
}
