package dev.attachgateway.stream;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads each new event once for all watchers of this replica. A notification only wakes it; what it reads is the table,
 * so that a lost notification delays an event and never loses it. All its state belongs to one event loop.
 */
@ApplicationScoped
class Tail {
    private static final Logger LOG = Logger.getLogger(Tail.class);

    private final Pool pool;
    private final EventLog events;
    private final StreamConfig config;
    private final Context loop;

    private final Map<String, Long> cursors = new HashMap<>();
    private final Map<String, Set<Watcher>> watchers = new HashMap<>();
    private @Nullable Epoch epoch;
    private volatile long timer;
    private boolean reading;
    private boolean wokenMeanwhile;

    Tail(Vertx vertx, Pool pool, EventLog events, StreamConfig config) {
        this.pool = pool;
        this.events = events;
        this.config = config;
        this.loop = vertx.getOrCreateContext();
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
        readEpoch().subscribe().with(found -> wake(), failure -> LOG.warn("event epoch could not be read", failure));
    }

    /** The history that positions belong to now. */
    Uni<Epoch> epoch() {
        return onLoop(() -> epoch)
                .flatMap(known -> known != null ? Uni.createFrom().item(known) : readEpoch());
    }

    /** From when the answer arrives, every event that is committed later reaches the watcher. */
    Uni<Void> join(Watcher watcher) {
        return onLoop(() -> {
                    watchers.computeIfAbsent(watcher.projectId(), project -> new HashSet<>())
                            .add(watcher);
                    return cursors.containsKey(watcher.projectId());
                })
                .flatMap(followed -> followed ? Uni.createFrom().voidItem() : follow(watcher.projectId()));
    }

    void leave(Watcher watcher) {
        loop.runOnContext(nothing -> {
            var others = watchers.get(watcher.projectId());
            if (others != null && others.remove(watcher) && others.isEmpty()) {
                watchers.remove(watcher.projectId());
                cursors.remove(watcher.projectId());
            }
        });
    }

    private Uni<Void> follow(String projectId) {
        return events.head(projectId)
                .flatMap(head -> onLoop(() -> {
                    if (watchers.containsKey(projectId)) {
                        cursors.putIfAbsent(projectId, head);
                    }
                    return head;
                }))
                .replaceWithVoid();
    }

    private void read() {
        if (reading) {
            wokenMeanwhile = true;
            return;
        }
        if (cursors.isEmpty()) {
            return;
        }
        reading = true;
        wokenMeanwhile = false;
        events.since(Map.copyOf(cursors), config.page())
                .subscribe()
                .with(
                        found -> loop.runOnContext(nothing -> hand(found)),
                        failure -> loop.runOnContext(nothing -> {
                            reading = false;
                            LOG.warnf(
                                    "events could not be read, trying again in %s: %s",
                                    config.poll(), failure.getMessage());
                        }));
    }

    private void hand(List<Event> found) {
        reading = false;
        for (var event : found) {
            // A project that was left and joined again meanwhile has a cursor of its own.
            if (cursors.computeIfPresent(event.projectId(), (project, seen) -> Math.max(seen, event.position()))
                    != null) {
                toWatchers(event.projectId(), watcher -> {
                    if (watcher.operationId().equals(event.operationId())) {
                        watcher.changed(event);
                    }
                });
            }
        }
        if (wokenMeanwhile || found.size() >= config.page()) {
            read();
        }
    }

    private Uni<Epoch> readEpoch() {
        return pool.query(Epoch.QUERY)
                .execute()
                .map(rows -> Epoch.of(rows.iterator().next().getString("history")))
                .flatMap(found -> onLoop(() -> {
                    if (epoch != null && !epoch.equals(found)) {
                        LOG.warnf("another event history was found: epoch=%s before=%s", found.name(), epoch.name());
                        List.copyOf(watchers.keySet()).forEach(project -> toWatchers(project, Watcher::lost));
                        cursors.clear();
                        watchers.clear();
                    }
                    epoch = found;
                    return found;
                }));
    }

    private void toWatchers(String projectId, Consumer<Watcher> what) {
        List.copyOf(watchers.getOrDefault(projectId, Set.of())).forEach(what);
    }

    private <T extends @Nullable Object> Uni<T> onLoop(Supplier<T> what) {
        return Uni.createFrom().emitter(done -> loop.runOnContext(nothing -> done.complete(what.get())));
    }
}
