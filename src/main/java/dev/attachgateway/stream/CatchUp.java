package dev.attachgateway.stream;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings watchers from where they stopped to the present: from memory, else from the database, else by a reset. The tail
 * lets a watcher in at the very moment at which nothing lies between, so nothing is left out and nothing comes twice.
 */
@ApplicationScoped
class CatchUp {
    private final Tail tail;
    private final Past past;
    private final Snapshots snapshots;
    private final StreamConfig config;

    CatchUp(Tail tail, Past past, Snapshots snapshots, StreamConfig config) {
        this.tail = tail;
        this.past = past;
        this.snapshots = snapshots;
        this.config = config;
    }

    /**
     * The first step of a watcher that the tail holds.
     *
     * @param epoch of the history there is
     * @param last what its client has seen; null for a first connection
     * @param ended whether the one operation it follows was found to have ended
     */
    Uni<Step> first(Watcher watcher, Epoch epoch, @Nullable EventId last, boolean ended) {
        var audience = watcher.audience();
        if (last == null) {
            return fresh(audience, epoch, null);
        }
        if (!last.isOf(epoch)) {
            return fresh(audience, epoch, "another-history");
        }
        var resumed = step(watcher, epoch, last.position(), false);
        if (!ended) {
            return resumed;
        }
        return past.latest(audience, 1)
                .flatMap(now -> hasSeenTheEnd(audience, now, last.position())
                        ? Uni.createFrom().item(new Step.Over())
                        : resumed);
    }

    /** The step after those up to this position, which is known to have been. */
    Uni<Step> next(Watcher watcher, Epoch epoch, long position) {
        return step(watcher, epoch, position, true);
    }

    private Uni<Step> step(Watcher watcher, Epoch epoch, long position, boolean surely) {
        return tail.after(watcher, position, surely)
                .flatMap(known -> known.map(step -> Uni.createFrom().item(step))
                        .orElseGet(() -> fromDatabase(watcher.audience(), epoch, position, surely)));
    }

    private Uni<Step> fromDatabase(Audience audience, Epoch epoch, long position, boolean surely) {
        return past.after(audience, position, config.page()).flatMap(found -> {
            var reason = whyNot(audience, found, position, surely);
            if (reason.isPresent()) {
                return fresh(audience, epoch, reason.get());
            }
            var events = found.events();
            return Uni.createFrom()
                    .item(new Step.Page(
                            changes(epoch, events),
                            events.size() < config.page()
                                    ? found.head()
                                    : events.getLast().position()));
        });
    }

    /** Why the history after a position cannot be told. */
    private Optional<String> whyNot(Audience audience, Past.Moment found, long position, boolean surely) {
        if (position > found.head()) {
            return Optional.of("ahead-of-history");
        }
        if (position < found.floor()) {
            return Optional.of("before-retention");
        }
        // One operation has few events, and they are found without reading the project's others.
        return !surely && audience.filter().operation() == null && found.head() - position > config.historyMost()
                ? Optional.of("history-too-long")
                : Optional.empty();
    }

    private Uni<Step> fresh(Audience audience, Epoch epoch, @Nullable String reason) {
        return snapshots.of(audience, epoch).map(standing -> new Step.Snapshot(reason, standing));
    }

    private static boolean hasSeenTheEnd(Audience audience, Past.Moment now, long position) {
        return position <= now.head()
                && !now.events().isEmpty()
                && audience.endsWith(now.events().getLast())
                && now.events().getLast().position() <= position;
    }

    private static List<Change> changes(Epoch epoch, List<Event> events) {
        return events.stream().map(event -> new Change(epoch, event)).toList();
    }
}
