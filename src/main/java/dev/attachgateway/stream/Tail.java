package dev.attachgateway.stream;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads each new event once for all watchers of this replica. A notification only wakes it; what it reads is the table,
 * so that a lost notification delays an event and never loses it. All its state belongs to one event loop.
 */
@ApplicationScoped
class Tail {
    private static final Logger LOG = Logger.getLogger(Tail.class);

    private final EventLog events;
    private final StreamConfig config;
    private final Context loop;

    private final Map<String, Followed> projects = new HashMap<>();
    private final Memory memory;
    private Epoch.@Nullable History history;
    private volatile long timer;
    private boolean reading;
    private boolean wokenMeanwhile;

    Tail(Vertx vertx, EventLog events, StreamConfig config) {
        this.events = events;
        this.config = config;
        this.loop = vertx.getOrCreateContext();
        this.memory = new Memory(config.memoryEvents(), config.memoryBytes());
    }

    void start(@Observes StartupEvent event) {
        timer = loop.owner().setPeriodic(config.poll().toMillis(), fired -> wake());
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
    Uni<Epoch> hold(Watcher watcher) {
        return onLoop(() -> held(watcher))
                .flatMap(known -> known.map(it -> Uni.createFrom().item(it)).orElseGet(() -> follow(watcher)));
    }

    private Uni<Epoch> follow(Watcher watcher) {
        var projectId = watcher.audience().projectId();
        return events.standing(projectId)
                .call(standing -> current(standing.mark()))
                .flatMap(standing -> onLoop(() -> {
                    if (isOfNow(standing.mark()) && !projects.containsKey(projectId)) {
                        memory.follow(projectId, standing.head());
                        projects.put(projectId, new Followed(standing.head()));
                    }
                    return held(watcher);
                }))
                // Another history began in between.
                .flatMap(held -> held.map(it -> Uni.createFrom().item(it)).orElseGet(() -> hold(watcher)));
    }

    private boolean isOfNow(String mark) {
        return history != null && history.mark().equals(mark);
    }

    /** From when the answer arrives, every event that is committed later reaches the watcher. */
    Uni<Void> join(Watcher watcher) {
        return hold(watcher)
                .flatMap(epoch -> onLoop(() -> {
                    var project = projects.get(watcher.audience().projectId());
                    if (project != null) {
                        project.join(watcher);
                    }
                    return epoch;
                }))
                .replaceWithVoid();
    }

    /**
     * What follows a position for a watcher that is held: from memory, or nothing and the present from here on.
     *
     * @param surely whether the position is known to have been; a client's word is not enough
     * @return empty when only the database can tell
     */
    Uni<Optional<Step>> after(Watcher watcher, long position, boolean surely) {
        return onLoop(() -> {
            var audience = watcher.audience();
            var project = projects.get(audience.projectId());
            if (project == null) {
                return Optional.empty();
            }
            if (position == project.cursor() || (surely && position > project.cursor())) {
                project.join(watcher);
                return Optional.of(new Step.Live());
            }
            var known = memory.after(audience.projectId(), position, config.page());
            if (known == null || known.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new Step.Page(
                    known.stream().filter(it -> audience.hears(it.event())).toList(),
                    known.getLast().position()));
        });
    }

    void leave(Watcher watcher) {
        loop.runOnContext(nothing -> {
            var project = projects.get(watcher.audience().projectId());
            if (project != null) {
                project.leave(watcher);
                if (project.isEmpty()) {
                    projects.remove(watcher.audience().projectId());
                }
            }
        });
    }

    private Optional<Epoch> held(Watcher watcher) {
        var project = projects.get(watcher.audience().projectId());
        if (project == null || history == null) {
            return Optional.empty();
        }
        project.hold(watcher);
        return Optional.of(history.epoch());
    }

    private void read() {
        if (reading) {
            wokenMeanwhile = true;
            return;
        }
        if (projects.isEmpty()) {
            return;
        }
        reading = true;
        wokenMeanwhile = false;
        var cursors = projects.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().cursor()));
        events.since(cursors, config.page())
                .flatMap(news -> stillThis(news).map(nothing -> news))
                .subscribe()
                .with(
                        news -> loop.runOnContext(nothing -> hand(news)),
                        failure -> loop.runOnContext(nothing -> {
                            reading = false;
                            LOG.warnf(
                                    "events could not be read, trying again in %s: %s",
                                    config.poll(), failure.getMessage());
                        }));
    }

    private void hand(EventLog.News news) {
        reading = false;
        var now = history;
        if (now != null && isOfNow(news.mark())) {
            for (var event : news.events()) {
                // A project that was left and joined again meanwhile has a cursor of its own.
                var project = projects.get(event.projectId());
                if (project != null && project.isNews(event)) {
                    var change = new Change(now.epoch(), event);
                    memory.add(change);
                    project.tell(change);
                }
            }
        }
        if (wokenMeanwhile || news.events().size() >= config.page()) {
            read();
        }
    }

    /** Positions never go back in one history: when they do, it is another one, whatever its mark says. */
    private Uni<Epoch.History> stillThis(EventLog.News news) {
        return news.back() ? events.beginAnew(news.mark()).chain(this::readHistory) : current(news.mark());
    }

    private Uni<Epoch.History> current(String mark) {
        return onLoop(() -> Optional.ofNullable(isOfNow(mark) ? history : null))
                .flatMap(known -> known.map(it -> Uni.createFrom().item(it)).orElseGet(this::readHistory));
    }

    private Uni<Epoch.History> readHistory() {
        return events.history()
                .flatMap(found -> onLoop(() -> {
                    var before = history;
                    history = found;
                    if (before != null && !before.equals(found)) {
                        LOG.warnf(
                                "another event history was found: epoch=%s before=%s",
                                found.epoch().name(), before.epoch().name());
                        var lost = projects.values().stream()
                                .flatMap(Followed::watchers)
                                .toList();
                        projects.clear();
                        memory.clear();
                        lost.forEach(Watcher::lost);
                    }
                    return found;
                }));
    }

    private <T extends @Nullable Object> Uni<T> onLoop(Supplier<T> what) {
        return Uni.createFrom().emitter(done -> loop.runOnContext(nothing -> done.complete(what.get())));
    }
}
