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
 * Asks how things stand, once for all who want to know it at the same time: after a restart everyone comes at once. An answer
 * that was asked for a moment ago is as good as a new one, since each stream goes on from the answer's own position.
 */
@ApplicationScoped
class SnapshotLoader {
    private final EventHistory eventHistory;
    private final StreamConfig config;
    private final SingleFlight<Question, Snapshot> asked = new SingleFlight<>();

    private record Question(SubscriptionScope audience, HistoryEpoch epoch) {}

    SnapshotLoader(EventHistory eventHistory, StreamConfig config) {
        this.eventHistory = eventHistory;
        this.config = config;
    }

    Uni<Snapshot> of(SubscriptionScope subscriptionScope, HistoryEpoch epoch) {
        return asked.of(
                new Question(subscriptionScope, epoch),
                () -> eventHistory
                        .latest(subscriptionScope, config.snapshotMaxOperations() + 1)
                        .map(now -> standing(epoch, now)));
    }

    private Snapshot standing(HistoryEpoch epoch, EventHistory.Moment now) {
        var most = config.snapshotMaxOperations();
        var latest = now.events().stream()
                .limit(most)
                .sorted(Comparator.comparing(Event::position))
                .map(event -> new EncodedEvent(epoch, event))
                .toList();
        return new Snapshot(
                epoch, latest, now.head(), now.newest(), now.events().size() > most ? most : null);
    }
}
