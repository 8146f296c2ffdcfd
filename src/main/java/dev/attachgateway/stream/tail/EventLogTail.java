package dev.attachgateway.stream.tail;

import dev.attachgateway.database.DatabaseClock;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.stream.eventlog.HistoryEpoch;
import dev.attachgateway.stream.eventlog.StreamConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads each new event once for all subscribers of this replica. A notification only wakes it; it reads the table, so a
 * lost notification delays an event and never loses it. All its state belongs to one event loop.
 */
@ApplicationScoped
public class EventLogTail {
    private static final Logger LOG = Logger.getLogger(EventLogTail.class);

    private final EventLog events;
    private final StreamConfig config;
    private final TailMetrics metrics;
    private final DatabaseClock databaseClock;
    private final Context loop;

    private final RecentEventBuffer recentEventBuffer;
    private final SubscriberRegistry subscriberRegistry;
    private HistoryEpoch.@Nullable History history;
    private volatile long timer;
    private boolean reading;
    private boolean wokenWhileReading;

    EventLogTail(Vertx vertx, EventLog events, StreamConfig config, TailMetrics metrics, DatabaseClock databaseClock) {
        this.events = events;
        this.config = config;
        this.metrics = metrics;
        this.databaseClock = databaseClock;
        this.loop = vertx.getOrCreateContext();
        this.recentEventBuffer = new RecentEventBuffer(config.memoryEvents(), config.memoryBytes());
        this.subscriberRegistry = new SubscriberRegistry(recentEventBuffer, config.pageSize());
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        timer = loop.owner().setPeriodic(config.pollInterval().toMillis(), _ -> wake());
    }

    void stop(@Observes ShutdownEvent event) {
        loop.owner().cancelTimer(timer);
    }

    /** Reads now, because events may have been committed. */
    void wake() {
        loop.runOnContext(_ -> read());
    }

    /** Handles a (re)connection to the database: it may be another one, and notifications may have been missed. */
    void reconnected() {
        readHistory().subscribe().with(_ -> wake(), failure -> LOG.warn("event history could not be read", failure));
    }

    /**
     * Follows the subscriber's project until the subscriber leaves. The subscriber receives no events before {@link
     * #after} or {@link #join} makes it live, and every later event from then on.
     *
     *
     * @return the history that positions belong to now
     */
    public Uni<HistoryEpoch> register(Subscriber subscriber) {
        return onLoop(() -> registeredEpoch(subscriber))
                .flatMap(epoch ->
                        epoch.map(value -> Uni.createFrom().item(value)).orElseGet(() -> follow(subscriber)));
    }

    private Uni<HistoryEpoch> follow(Subscriber subscriber) {
        var projectId = subscriber.scope().projectId();
        return events.head(projectId)
                .call(head -> historyOf(head.marker()))
                .flatMap(head -> onLoop(() -> {
                    if (isCurrent(head.marker())) {
                        subscriberRegistry.follow(projectId, head.position(), head.newest());
                    }
                    return registeredEpoch(subscriber);
                }))
                // Another history began in between.
                .flatMap(registeredEpoch -> registeredEpoch
                        .map(value -> Uni.createFrom().item(value))
                        .orElseGet(() -> register(subscriber)));
    }

    private boolean isCurrent(String marker) {
        return history != null && history.marker().equals(marker);
    }

    /** Makes a subscriber live: it receives every event that is committed after the result has arrived. */
    Uni<Void> join(Subscriber subscriber) {
        return register(subscriber)
                .chain(() -> onLoop(() -> {
                    subscriberRegistry.join(subscriber);
                    return subscriber;
                }))
                .replaceWithVoid();
    }

    /**
     * The events after a position for a registered subscriber: from memory, or none because it is live from now on.
     *
     *
     * @return empty if only the database has the events
     */
    public Uni<Optional<ReplayStep>> after(Subscriber subscriber, StreamPosition streamPosition) {
        return onLoop(() -> subscriberRegistry.after(subscriber, streamPosition));
    }

    public void leave(Subscriber subscriber) {
        loop.runOnContext(_ -> subscriberRegistry.leave(subscriber));
    }

    private Optional<HistoryEpoch> registeredEpoch(Subscriber subscriber) {
        return history != null && subscriberRegistry.register(subscriber)
                ? Optional.of(history.epoch())
                : Optional.empty();
    }

    private void read() {
        if (reading) {
            wokenWhileReading = true;
            return;
        }
        metrics.recordBuffer(recentEventBuffer);
        var cursors = subscriberRegistry.cursors();
        if (cursors.isEmpty()) {
            metrics.progress().idle();
            return;
        }
        reading = true;
        wokenWhileReading = false;
        metrics.progress().begin(System.nanoTime());
        events.poll(cursors, config.pageSize())
                .flatMap(result -> verifiedHistory(result).map(_ -> result))
                .subscribe()
                .with(
                        result -> loop.runOnContext(_ -> deliver(result)),
                        failure -> loop.runOnContext(_ -> {
                            reading = false;
                            metrics.recordFailure();
                            LOG.warnf(
                                    "events could not be read, next attempt in %s: %s",
                                    config.pollInterval(), failure.getMessage());
                        }));
    }

    private void deliver(EventLog.PollResult result) {
        reading = false;
        var now = history;
        if (now != null && isCurrent(result.marker())) {
            metrics.recordDelivery(subscriberRegistry.deliver(now.epoch(), result.events()));
        }
        var complete = result.events().size() < config.pageSize();
        metrics.progress().end(complete);
        if (wokenWhileReading || !complete) {
            read();
        }
    }

    /** Positions never go back within one history: if they do, it is another one, even under the same marker. */
    private Uni<HistoryEpoch.History> verifiedHistory(EventLog.PollResult result) {
        return result.rewound()
                ? events.renewMarker(result.marker()).chain(this::readHistory)
                : historyOf(result.marker());
    }

    private Uni<HistoryEpoch.History> historyOf(String marker) {
        return onLoop(() -> Optional.ofNullable(isCurrent(marker) ? history : null))
                .flatMap(current ->
                        current.map(value -> Uni.createFrom().item(value)).orElseGet(this::readHistory));
    }

    private Uni<HistoryEpoch.History> readHistory() {
        return events.history()
                .flatMap(found -> onLoop(() -> {
                    var before = history;
                    history = found;
                    if (before != null && !before.equals(found)) {
                        LOG.warnf(
                                "event history changed: epoch=%s previous=%s",
                                found.epoch().name(), before.epoch().name());
                        databaseClock.renew();
                        subscriberRegistry.clear().forEach(Subscriber::onHistoryLost);
                    }
                    return found;
                }));
    }

    private <T extends @Nullable Object> Uni<T> onLoop(Supplier<T> task) {
        return Uni.createFrom()
                .emitter(done -> loop.runOnContext(_ -> {
                    try {
                        done.complete(task.get());
                    } catch (RuntimeException e) {
                        done.fail(e);
                    }
                }));
    }
}
