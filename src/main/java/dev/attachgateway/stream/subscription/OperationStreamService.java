package dev.attachgateway.stream.subscription;

import dev.attachgateway.database.DatabaseUnavailableException;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.stream.channel.AcceptThrottle;
import dev.attachgateway.stream.channel.ServerSockets;
import dev.attachgateway.stream.channel.StreamChannel;
import dev.attachgateway.stream.eventlog.StreamConfig;
import dev.attachgateway.stream.tail.EventLogTail;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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
     * Opens a stream on a channel.
     *
     * @param loop the event loop of the channel's connection
     * @return completes when the stream has begun, and fails with {@link DatabaseUnavailableException} before the
     *     response head is written
     * @throws ProblemException if a limit of open streams is reached
     */
    Uni<Void> open(OpenStreamCommand command, StreamChannel channel, Context loop) {
        if (draining) {
            // Any status but 200 would stop an EventSource; a lost connection makes it try another replica.
            channel.abort();
            return Uni.createFrom().voidItem();
        }
        var caller = command.authorization().entitlement().caller();
        var slot = streamLimiter.acquire(caller, command.scope().projectId());
        var stream = new OperationStream(command.scope(), command.envelope(), channel, loop, this);
        openStreams.put(stream, slot);
        streamRevocationJob.watch(stream, command.authorization(), stream::finish);
        acceptThrottle.begin();
        return tail.register(stream)
                .emitOn(stream::onLoop)
                .flatMap(epoch -> eventReplay
                        .first(stream, epoch, command.lastEventId(), command.ended())
                        .emitOn(stream::onLoop)
                        .invoke(first -> stream.begin(epoch, first)))
                .onTermination()
                .invoke(acceptThrottle::end)
                .onFailure()
                .invoke(_ -> release(stream))
                .onFailure()
                .transform(DatabaseUnavailableException::new)
                .replaceWithVoid();
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
}
