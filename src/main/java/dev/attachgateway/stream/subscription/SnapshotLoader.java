package dev.attachgateway.stream.subscription;

import dev.attachgateway.stream.eventlog.Event;
import dev.attachgateway.stream.eventlog.EventHistory;
import dev.attachgateway.stream.eventlog.HistoryEpoch;
import dev.attachgateway.stream.eventlog.StreamConfig;
import dev.attachgateway.stream.eventlog.SubscriptionScope;
import dev.attachgateway.stream.sse.EncodedEvent;
import dev.attachgateway.stream.tail.Snapshot;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;

/**
 * Loads snapshots, once for all concurrent requests of the same scope: after a restart all clients reconnect at once. A
 * result of a query that is already running is as good as a new one, since each stream continues from the result's own
 * position.
 */
@ApplicationScoped
class SnapshotLoader {
    private final EventHistory eventHistory;
    private final StreamConfig config;
    private final SingleFlight<Query, Snapshot> inFlight = new SingleFlight<>();

    private record Query(SubscriptionScope scope, HistoryEpoch epoch) {}

    SnapshotLoader(EventHistory eventHistory, StreamConfig config) {
        this.eventHistory = eventHistory;
        this.config = config;
    }

    Uni<Snapshot> of(SubscriptionScope subscriptionScope, HistoryEpoch epoch) {
        return inFlight.of(
                new Query(subscriptionScope, epoch),
                () -> eventHistory
                        .latest(subscriptionScope, config.snapshotMaxOperations() + 1)
                        .map(page -> snapshot(epoch, page)));
    }

    private Snapshot snapshot(HistoryEpoch epoch, EventHistory.HistoryPage page) {
        var limit = config.snapshotMaxOperations();
        var latest = page.events().stream()
                .limit(limit)
                .sorted(Comparator.comparing(Event::position))
                .map(event -> new EncodedEvent(epoch, event))
                .toList();
        return new Snapshot(
                epoch, latest, page.head(), page.newest(), page.events().size() > limit ? limit : null);
    }
}
