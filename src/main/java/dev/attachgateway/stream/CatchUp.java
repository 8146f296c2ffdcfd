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
    private final StreamMetrics metrics;
    private final AskedOnce<Question, Found> asked = new AskedOnce<>();

    private record Question(Audience audience, Epoch epoch, long position) {}

    /** What the database has after a position, with the bytes for all who get it. */
    private record Found(Past.Moment now, List<Change> changes) {}

    CatchUp(Tail tail, Past past, Snapshots snapshots, StreamConfig config, StreamMetrics metrics) {
        this.tail = tail;
        this.past = past;
        this.snapshots = snapshots;
        this.config = config;
        this.metrics = metrics;
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
            return reset(audience, epoch, "another-history");
        }
        var place = Place.claimed(last);
        if (!ended) {
            return step(watcher, epoch, place);
        }
        // Nothing comes any more, so nothing after its place means that it has seen the end. Asked anew: what somebody
        // else asked a moment ago may be from before the end.
        return found(audience, epoch, place.position())
                .flatMap(found -> page(audience, epoch, place, found))
                .map(step -> step instanceof Step.Page page && page.changes().isEmpty() ? new Step.Over() : step);
    }

    /** The step after those up to this position, which is known to have been. */
    Uni<Step> next(Watcher watcher, Epoch epoch, long position) {
        return step(watcher, epoch, Place.known(position));
    }

    private Uni<Step> step(Watcher watcher, Epoch epoch, Place place) {
        return tail.after(watcher, place)
                .flatMap(known -> known.map(step -> Uni.createFrom().item(step))
                        .orElseGet(() -> fromDatabase(watcher.audience(), epoch, place)));
    }

    /** Those who were told the same until they were cut off come back with the same id. */
    private Uni<Step> fromDatabase(Audience audience, Epoch epoch, Place place) {
        var question = new Question(audience, epoch, place.position());
        return asked.of(question, () -> found(audience, epoch, place.position()))
                .flatMap(found -> page(audience, epoch, place, found));
    }

    private Uni<Found> found(Audience audience, Epoch epoch, long position) {
        return past.after(audience, position, config.replayMaxEvents(), config.pageSize())
                .map(now -> new Found(
                        now,
                        now.events().stream()
                                .map(event -> new Change(epoch, event))
                                .toList()));
    }

    private Uni<Step> page(Audience audience, Epoch epoch, Place place, Found found) {
        var reason = whyNot(audience, found.now(), place);
        if (reason.isPresent()) {
            return reset(audience, epoch, reason.get());
        }
        var changes = found.changes();
        var last = changes.isEmpty() ? place.position() : changes.getLast().position();
        var upTo = changes.size() < config.pageSize()
                ? Math.max(last, reach(audience, place, found.now().head()))
                : last;
        return Uni.createFrom().item(new Step.Page(changes, upTo));
    }

    /** Up to where one question looks for what may be rare; an operation's events are found at once. */
    private long reach(Audience audience, Place place, long head) {
        return audience.filter().operation() == null
                ? Math.min(head, place.position() + config.replayMaxEvents())
                : head;
    }

    /** Why the history after a position cannot be told. */
    private Optional<String> whyNot(Audience audience, Past.Moment found, Place place) {
        var position = place.position();
        if (position > found.head()) {
            return Optional.of("ahead-of-history");
        }
        if (position < found.floor()) {
            return Optional.of("before-retention");
        }
        if (!place.fits(found.seen())) {
            return Optional.of("another-history");
        }
        // One operation has few events, and they are found without reading the project's others.
        return !place.surely()
                        && audience.filter().operation() == null
                        && found.head() - position > config.replayMaxEvents()
                ? Optional.of("history-too-long")
                : Optional.empty();
    }

    private Uni<Step> reset(Audience audience, Epoch epoch, String reason) {
        metrics.reset(reason);
        return fresh(audience, epoch, reason);
    }

    private Uni<Step> fresh(Audience audience, Epoch epoch, @Nullable String reason) {
        return snapshots.of(audience, epoch).map(standing -> new Step.Snapshot(reason, standing));
    }
}
