package dev.attachgateway.stream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a stream writes next on its way from where its client stopped to the present. */
sealed interface Step {
    /**
     * Begin anew: how things stand.
     *
     * @param reason why the client's history is not continued; null when it has none
     * @param latest the latest event of each operation, in order
     * @param head the project's newest position at that moment
     * @param most null when the snapshot is whole, else how many operations it was cut off at
     */
    record Snapshot(
            @Nullable String reason,
            List<Change> latest,
            long head,
            @Nullable Integer most) implements Step {

        /** Its blocks, the last of which is what to come back with. */
        List<Frame> frames(Epoch epoch, Envelope envelope) {
            var frames = new ArrayList<Frame>();
            if (reason != null) {
                frames.add(Frames.reset(reason));
            }
            latest.forEach(change -> frames.add(Frames.snapshot(change.id(), change.event(), envelope)));
            if (most != null) {
                frames.add(Frames.cutOff(most));
            }
            frames.add(Frames.position(EventId.of(epoch, head)));
            return frames;
        }

        boolean isEnd(Audience audience) {
            return latest.stream().anyMatch(change -> audience.endsWith(change.event()));
        }
    }

    /**
     * A part of what was missed.
     *
     * @param upTo everything up to this position is told then
     */
    record Page(List<Change> changes, long upTo) implements Step {

        /** Its blocks, up to the one after which nothing follows for the audience. */
        List<Frame> frames(Audience audience, Envelope envelope) {
            var frames = new ArrayList<Frame>();
            for (var change : changes) {
                frames.add(change.frame(envelope));
                if (audience.endsWith(change.event())) {
                    break;
                }
            }
            return frames;
        }

        boolean isEnd(Audience audience) {
            return changes.stream().anyMatch(change -> audience.endsWith(change.event()));
        }
    }

    /** Nothing was missed, and each change comes as it is made. */
    record Live() implements Step {}

    /** The client has seen the end. */
    record Over() implements Step {}
}
