package dev.attachgateway.stream;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;

/**
 * Asks how things stand, once for all who want to know it at the same time: after a restart everyone comes at once. An answer
 * that was asked for a moment ago is as good as a new one, since each stream goes on from the answer's own position.
 */
@ApplicationScoped
class Snapshots {
    private final Past past;
    private final StreamConfig config;
    private final AskedOnce<Question, Standing> asked = new AskedOnce<>();

    private record Question(Audience audience, Epoch epoch) {}

    Snapshots(Past past, StreamConfig config) {
        this.past = past;
        this.config = config;
    }

    Uni<Standing> of(Audience audience, Epoch epoch) {
        return asked.of(
                new Question(audience, epoch),
                () -> past.latest(audience, config.snapshotMaxOperations() + 1).map(now -> standing(epoch, now)));
    }

    private Standing standing(Epoch epoch, Past.Moment now) {
        var most = config.snapshotMaxOperations();
        var latest = now.events().stream()
                .limit(most)
                .sorted(Comparator.comparing(Event::position))
                .map(event -> new Change(epoch, event))
                .toList();
        return new Standing(
                epoch, latest, now.head(), now.newest(), now.events().size() > most ? most : null);
    }
}
