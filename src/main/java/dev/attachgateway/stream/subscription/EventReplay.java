package dev.attachgateway.stream.subscription;

import dev.attachgateway.stream.eventlog.EventHistory;
import dev.attachgateway.stream.eventlog.EventId;
import dev.attachgateway.stream.eventlog.HistoryEpoch;
import dev.attachgateway.stream.eventlog.StreamConfig;
import dev.attachgateway.stream.eventlog.SubscriptionScope;
import dev.attachgateway.stream.sse.EncodedEvent;
import dev.attachgateway.stream.tail.EventLogTail;
import dev.attachgateway.stream.tail.ReplayStep;
import dev.attachgateway.stream.tail.StreamPosition;
import dev.attachgateway.stream.tail.Subscriber;
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
public class EventReplay {
    private final EventLogTail tail;
    private final EventHistory eventHistory;
    private final SnapshotLoader snapshotLoader;
    private final StreamConfig config;
    private final StreamMetrics metrics;
    private final SingleFlight<Question, Found> asked = new SingleFlight<>();

    private record Question(SubscriptionScope audience, HistoryEpoch epoch, long position) {}

    /** What the database has after a position, with the bytes for all who get it. */
    private record Found(EventHistory.Moment now, List<EncodedEvent> changes) {}

    EventReplay(
            EventLogTail tail,
            EventHistory eventHistory,
            SnapshotLoader snapshotLoader,
            StreamConfig config,
            StreamMetrics metrics) {
        this.tail = tail;
        this.eventHistory = eventHistory;
        this.snapshotLoader = snapshotLoader;
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
    Uni<ReplayStep> first(Subscriber subscriber, HistoryEpoch epoch, @Nullable EventId last, boolean ended) {
        var subscriptionScope = subscriber.audience();
        if (last == null) {
            return fresh(subscriptionScope, epoch, null);
        }
        if (!last.isOf(epoch)) {
            return reset(subscriptionScope, epoch, "another-history");
        }
        var streamPosition = StreamPosition.claimed(last);
        if (!ended) {
            return step(subscriber, epoch, streamPosition);
        }
        // Nothing comes any more, so nothing after its place means that it has seen the end. Asked anew: what somebody
        // else asked a moment ago may be from before the end.
        return found(subscriptionScope, epoch, streamPosition.position())
                .flatMap(found -> page(subscriptionScope, epoch, streamPosition, found))
                .map(step ->
                        step instanceof ReplayStep.Page page && page.changes().isEmpty()
                                ? new ReplayStep.Over()
                                : step);
    }

    /** The step after those up to this position, which is known to have been. */
    Uni<ReplayStep> next(Subscriber subscriber, HistoryEpoch epoch, long position) {
        return step(subscriber, epoch, StreamPosition.known(position));
    }

    private Uni<ReplayStep> step(Subscriber subscriber, HistoryEpoch epoch, StreamPosition streamPosition) {
        return tail.after(subscriber, streamPosition)
                .flatMap(known -> known.map(step -> Uni.createFrom().item(step))
                        .orElseGet(() -> fromDatabase(subscriber.audience(), epoch, streamPosition)));
    }

    /** Those who were told the same until they were cut off come back with the same id. */
    private Uni<ReplayStep> fromDatabase(
            SubscriptionScope subscriptionScope, HistoryEpoch epoch, StreamPosition streamPosition) {
        var question = new Question(subscriptionScope, epoch, streamPosition.position());
        return asked.of(question, () -> found(subscriptionScope, epoch, streamPosition.position()))
                .flatMap(found -> page(subscriptionScope, epoch, streamPosition, found));
    }

    private Uni<Found> found(SubscriptionScope subscriptionScope, HistoryEpoch epoch, long position) {
        return eventHistory
                .after(subscriptionScope, position, config.replayMaxEvents(), config.pageSize())
                .map(now -> new Found(
                        now,
                        now.events().stream()
                                .map(event -> new EncodedEvent(epoch, event))
                                .toList()));
    }

    private Uni<ReplayStep> page(
            SubscriptionScope subscriptionScope, HistoryEpoch epoch, StreamPosition streamPosition, Found found) {
        var reason = whyNot(subscriptionScope, found.now(), streamPosition);
        if (reason.isPresent()) {
            return reset(subscriptionScope, epoch, reason.get());
        }
        var changes = found.changes();
        var last = changes.isEmpty()
                ? streamPosition.position()
                : changes.getLast().position();
        var upTo = changes.size() < config.pageSize()
                ? Math.max(
                        last,
                        reach(subscriptionScope, streamPosition, found.now().head()))
                : last;
        return Uni.createFrom().item(new ReplayStep.Page(changes, upTo));
    }

    /** Up to where one question looks for what may be rare; an operation's events are found at once. */
    private long reach(SubscriptionScope subscriptionScope, StreamPosition streamPosition, long head) {
        return subscriptionScope.filter().operation() == null
                ? Math.min(head, streamPosition.position() + config.replayMaxEvents())
                : head;
    }

    /** Why the history after a position cannot be told. */
    private Optional<String> whyNot(
            SubscriptionScope subscriptionScope, EventHistory.Moment found, StreamPosition streamPosition) {
        var position = streamPosition.position();
        if (position > found.head()) {
            return Optional.of("ahead-of-history");
        }
        if (position < found.floor()) {
            return Optional.of("before-retention");
        }
        if (!streamPosition.fits(found.seen())) {
            return Optional.of("another-history");
        }
        // One operation has few events, and they are found without reading the project's others.
        return !streamPosition.surely()
                        && subscriptionScope.filter().operation() == null
                        && found.head() - position > config.replayMaxEvents()
                ? Optional.of("history-too-long")
                : Optional.empty();
    }

    private Uni<ReplayStep> reset(SubscriptionScope subscriptionScope, HistoryEpoch epoch, String reason) {
        metrics.reset(reason);
        return fresh(subscriptionScope, epoch, reason);
    }

    private Uni<ReplayStep> fresh(SubscriptionScope subscriptionScope, HistoryEpoch epoch, @Nullable String reason) {
        return snapshotLoader.of(subscriptionScope, epoch).map(snapshot -> new ReplayStep.Restart(reason, snapshot));
    }
}
