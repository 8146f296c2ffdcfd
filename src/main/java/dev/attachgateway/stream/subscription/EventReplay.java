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
 * Brings subscribers from their position to the present: from memory, else from the database, else by a reset. The tail
 * makes a subscriber live at the very moment at which no event lies between, so no event is lost or repeated.
 */
@ApplicationScoped
public class EventReplay {
    private final EventLogTail tail;
    private final EventHistory eventHistory;
    private final SnapshotLoader snapshotLoader;
    private final StreamConfig config;
    private final StreamMetrics metrics;
    private final SingleFlight<Query, EncodedPage> inFlight = new SingleFlight<>();

    private record Query(SubscriptionScope scope, HistoryEpoch epoch, long position) {}

    /** The events that the database has after a position, encoded for all subscribers that need them. */
    private record EncodedPage(EventHistory.HistoryPage page, List<EncodedEvent> events) {}

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
     * The first step of a registered subscriber.
     *
     *
     * @param epoch of the current history
     * @param last the last event that the client received; null for a first connection
     * @param ended whether the one operation it follows was found to have ended
     */
    Uni<ReplayStep> first(Subscriber subscriber, HistoryEpoch epoch, @Nullable EventId last, boolean ended) {
        var subscriptionScope = subscriber.scope();
        if (last == null) {
            return snapshotStep(subscriptionScope, epoch, null);
        }
        if (!last.isOf(epoch)) {
            return resetStep(subscriptionScope, epoch, "another-history");
        }
        var streamPosition = StreamPosition.claimed(last);
        if (!ended) {
            return step(subscriber, epoch, streamPosition);
        }
        // No event can follow, so an empty page means that the client has received the last one. Not shared with
        // concurrent requests, whose query may have begun before the operation ended.
        return readPage(subscriptionScope, epoch, streamPosition.position())
                .flatMap(encodedPage -> pageStep(subscriptionScope, epoch, streamPosition, encodedPage))
                .map(step ->
                        step instanceof ReplayStep.Page page && page.events().isEmpty()
                                ? new ReplayStep.AlreadyComplete()
                                : step);
    }

    /** The step after a position that this history is known to contain. */
    Uni<ReplayStep> next(Subscriber subscriber, HistoryEpoch epoch, long position) {
        return step(subscriber, epoch, StreamPosition.verified(position));
    }

    private Uni<ReplayStep> step(Subscriber subscriber, HistoryEpoch epoch, StreamPosition streamPosition) {
        return tail.after(subscriber, streamPosition)
                .flatMap(buffered -> buffered.map(step -> Uni.createFrom().item(step))
                        .orElseGet(() -> fromDatabase(subscriber.scope(), epoch, streamPosition)));
    }

    /** Shared: streams that received the same events until they were disconnected reconnect with the same id. */
    private Uni<ReplayStep> fromDatabase(
            SubscriptionScope subscriptionScope, HistoryEpoch epoch, StreamPosition streamPosition) {
        var query = new Query(subscriptionScope, epoch, streamPosition.position());
        return inFlight.of(query, () -> readPage(subscriptionScope, epoch, streamPosition.position()))
                .flatMap(encodedPage -> pageStep(subscriptionScope, epoch, streamPosition, encodedPage));
    }

    private Uni<EncodedPage> readPage(SubscriptionScope subscriptionScope, HistoryEpoch epoch, long position) {
        return eventHistory
                .after(subscriptionScope, position, config.replayMaxEvents(), config.pageSize())
                .map(page -> new EncodedPage(
                        page,
                        page.events().stream()
                                .map(event -> new EncodedEvent(epoch, event))
                                .toList()));
    }

    private Uni<ReplayStep> pageStep(
            SubscriptionScope subscriptionScope,
            HistoryEpoch epoch,
            StreamPosition streamPosition,
            EncodedPage encodedPage) {
        var reason = resetReason(subscriptionScope, encodedPage.page(), streamPosition);
        if (reason.isPresent()) {
            return resetStep(subscriptionScope, epoch, reason.get());
        }
        var events = encodedPage.events();
        var last =
                events.isEmpty() ? streamPosition.position() : events.getLast().position();
        var upTo = events.size() < config.pageSize()
                ? Math.max(
                        last,
                        scannedUpTo(
                                subscriptionScope,
                                streamPosition,
                                encodedPage.page().head()))
                : last;
        return Uni.createFrom().item(new ReplayStep.Page(events, upTo));
    }

    /**
     * The position up to which one query scans for events that may be rare; an operation's events are found by index.
     */
    private long scannedUpTo(SubscriptionScope subscriptionScope, StreamPosition streamPosition, long head) {
        return subscriptionScope.filter().operation() == null
                ? Math.min(head, streamPosition.position() + config.replayMaxEvents())
                : head;
    }

    /** The reason for which the events after a position cannot be replayed, if there is one. */
    private Optional<String> resetReason(
            SubscriptionScope subscriptionScope, EventHistory.HistoryPage page, StreamPosition streamPosition) {
        var position = streamPosition.position();
        if (position > page.head()) {
            return Optional.of("ahead-of-history");
        }
        if (position < page.floor()) {
            return Optional.of("before-retention");
        }
        if (!streamPosition.matches(page.atPosition())) {
            return Optional.of("another-history");
        }
        // One operation has few events, and they are found without reading the project's others.
        return !streamPosition.verified()
                        && subscriptionScope.filter().operation() == null
                        && page.head() - position > config.replayMaxEvents()
                ? Optional.of("history-too-long")
                : Optional.empty();
    }

    private Uni<ReplayStep> resetStep(SubscriptionScope subscriptionScope, HistoryEpoch epoch, String reason) {
        metrics.reset(reason);
        return snapshotStep(subscriptionScope, epoch, reason);
    }

    private Uni<ReplayStep> snapshotStep(
            SubscriptionScope subscriptionScope, HistoryEpoch epoch, @Nullable String reason) {
        return snapshotLoader.of(subscriptionScope, epoch).map(snapshot -> new ReplayStep.Restart(reason, snapshot));
    }
}
