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
     */
    record Snapshot(@Nullable String reason, Standing standing) implements Step {

        /** Its blocks, the last of which is what to come back with. */
        List<Frame> frames(Envelope envelope) {
            var frames = new ArrayList<Frame>();
            if (reason != null) {
                frames.add(Frames.reset(reason));
            }
            frames.addAll(standing.frames(envelope));
            return frames;
        }

        boolean isEnd(Audience audience) {
            return standing.latest().stream().anyMatch(change -> audience.endsWith(change.event()));
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
