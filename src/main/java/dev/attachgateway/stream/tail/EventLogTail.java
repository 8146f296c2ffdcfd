package dev.attachgateway.stream.tail;

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
 * Reads each new event once for all watchers of this replica. A notification only wakes it; what it reads is the table,
 * so that a lost notification delays an event and never loses it. All its state belongs to one event loop.
 */
@ApplicationScoped
public class EventLogTail {
    private static final Logger LOG = Logger.getLogger(EventLogTail.class);

    private final EventLog events;
    private final StreamConfig config;
    private final TailMetrics metrics;
    private final Context loop;

    private final RecentEventBuffer recentEventBuffer;
    private final SubscriberRegistry subscriberRegistry;
    private HistoryEpoch.@Nullable History history;
    private volatile long timer;
    private boolean reading;
    private boolean wokenMeanwhile;

    EventLogTail(Vertx vertx, EventLog events, StreamConfig config, TailMetrics metrics) {
        this.events = events;
        this.config = config;
        this.metrics = metrics;
        this.loop = vertx.getOrCreateContext();
        this.recentEventBuffer = new RecentEventBuffer(config.memoryEvents(), config.memoryBytes());
        this.subscriberRegistry = new SubscriberRegistry(recentEventBuffer, config.pageSize());
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        timer = loop.owner().setPeriodic(config.pollInterval().toMillis(), fired -> wake());
    }

    void stop(@Observes ShutdownEvent event) {
        loop.owner().cancelTimer(timer);
    }

    /** Something may have been committed. */
    void wake() {
        loop.runOnContext(nothing -> read());
    }

    /** The database was (re)connected to: it may be another one, and anything may have been missed. */
    void reconnected() {
        readHistory()
                .subscribe()
                .with(found -> wake(), failure -> LOG.warn("event history could not be read", failure));
    }

    /**
     * Follows the watcher's project, and goes on until it leaves. It hears nothing before {@link #after} or {@link #join}
     * says so, and from then on every later event.
     *
     * @return the history that positions belong to now
     */
    public Uni<HistoryEpoch> hold(Subscriber subscriber) {
        return onLoop(() -> held(subscriber))
                .flatMap(known -> known.map(it -> Uni.createFrom().item(it)).orElseGet(() -> follow(subscriber)));
    }

    private Uni<HistoryEpoch> follow(Subscriber subscriber) {
        var projectId = subscriber.audience().projectId();
        return events.standing(projectId)
                .call(standing -> current(standing.mark()))
                .flatMap(standing -> onLoop(() -> {
                    if (isOfNow(standing.mark())) {
                        subscriberRegistry.follow(projectId, standing.head(), standing.newest());
                    }
                    return held(subscriber);
                }))
                // Another history began in between.
                .flatMap(held -> held.map(it -> Uni.createFrom().item(it)).orElseGet(() -> hold(subscriber)));
    }

    private boolean isOfNow(String mark) {
        return history != null && history.mark().equals(mark);
    }

    /** From when the answer arrives, every event that is committed later reaches the watcher. */
    Uni<Void> join(Subscriber subscriber) {
        return hold(subscriber)
                .chain(() -> onLoop(() -> {
                    subscriberRegistry.join(subscriber);
                    return subscriber;
                }))
                .replaceWithVoid();
    }

    /**
     * What follows a position for a watcher that is held: from memory, or nothing and the present from here on.
     *
     * @return empty when only the database can tell
     */
    public Uni<Optional<ReplayStep>> after(Subscriber subscriber, StreamPosition streamPosition) {
        return onLoop(() -> subscriberRegistry.after(subscriber, streamPosition));
    }

    public void leave(Subscriber subscriber) {
        loop.runOnContext(nothing -> subscriberRegistry.leave(subscriber));
    }

    private Optional<HistoryEpoch> held(Subscriber subscriber) {
        return history != null && subscriberRegistry.hold(subscriber) ? Optional.of(history.epoch()) : Optional.empty();
    }

    private void read() {
        if (reading) {
            wokenMeanwhile = true;
            return;
        }
        metrics.remembered(recentEventBuffer);
        var cursors = subscriberRegistry.cursors();
        if (cursors.isEmpty()) {
            metrics.progress().idle();
            return;
        }
        reading = true;
        wokenMeanwhile = false;
        metrics.progress().begin(System.nanoTime());
        events.since(cursors, config.pageSize())
                .flatMap(news -> stillThis(news).map(nothing -> news))
                .subscribe()
                .with(
                        news -> loop.runOnContext(nothing -> hand(news)),
                        failure -> loop.runOnContext(nothing -> {
                            reading = false;
                            metrics.failed();
                            LOG.warnf(
                                    "events could not be read, trying again in %s: %s",
                                    config.pollInterval(), failure.getMessage());
                        }));
    }

    private void hand(EventLog.News news) {
        reading = false;
        metrics.answered(news.at());
        var now = history;
        if (now != null && isOfNow(news.mark())) {
            metrics.told(subscriberRegistry.take(now.epoch(), news.events()));
        }
        var all = news.events().size() < config.pageSize();
        metrics.progress().end(all);
        if (wokenMeanwhile || !all) {
            read();
        }
    }

    /** Positions never go back in one history: when they do, it is another one, whatever its mark says. */
    private Uni<HistoryEpoch.History> stillThis(EventLog.News news) {
        return news.back() ? events.beginAnew(news.mark()).chain(this::readHistory) : current(news.mark());
    }

    private Uni<HistoryEpoch.History> current(String mark) {
        return onLoop(() -> Optional.ofNullable(isOfNow(mark) ? history : null))
                .flatMap(known -> known.map(it -> Uni.createFrom().item(it)).orElseGet(this::readHistory));
    }

    private Uni<HistoryEpoch.History> readHistory() {
        return events.history()
                .flatMap(found -> onLoop(() -> {
                    var before = history;
                    history = found;
                    if (before != null && !before.equals(found)) {
                        LOG.warnf(
                                "another event history was found: epoch=%s before=%s",
                                found.epoch().name(), before.epoch().name());
                        metrics.anotherHistory();
                        subscriberRegistry.clear().forEach(Subscriber::lost);
                    }
                    return found;
                }));
    }

    private <T extends @Nullable Object> Uni<T> onLoop(Supplier<T> what) {
        return Uni.createFrom()
                .emitter(done -> loop.runOnContext(nothing -> {
                    try {
                        done.complete(what.get());
                    } catch (RuntimeException e) {
                        done.fail(e);
                    }
                }));
    }
}
