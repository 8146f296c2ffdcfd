package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.eventlog.SubscriptionScope;
import dev.attachgateway.stream.sse.EncodedEvent;
import dev.attachgateway.stream.sse.EventEnvelope;
import dev.attachgateway.stream.sse.SseEncoder;
import dev.attachgateway.stream.sse.SseFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a stream writes next on its way from where its client stopped to the present. */
public sealed interface ReplayStep {
    /**
     * Begin anew: how things stand.
     *
     * @param reason why the client's history is not continued; null when it has none
     */
    record Restart(@Nullable String reason, Snapshot snapshot) implements ReplayStep {

        /** Its blocks, the last of which is what to come back with. */
        public List<SseFrame> frames(EventEnvelope envelope) {
            var frames = new ArrayList<SseFrame>();
            if (reason != null) {
                frames.add(SseEncoder.reset(reason));
            }
            frames.addAll(snapshot.frames(envelope));
            return frames;
        }

        public boolean isEnd(SubscriptionScope subscriptionScope) {
            return snapshot.latest().stream()
                    .anyMatch(encodedEvent -> subscriptionScope.endsWith(encodedEvent.event()));
        }
    }

    /**
     * A part of what was missed.
     *
     * @param upTo everything up to this position is told then
     */
    record Page(List<EncodedEvent> changes, long upTo) implements ReplayStep {

        /** Its blocks, up to the one after which nothing follows for the audience. */
        public List<SseFrame> frames(SubscriptionScope subscriptionScope, EventEnvelope envelope) {
            var frames = new ArrayList<SseFrame>();
            for (var encodedEvent : changes) {
                frames.add(encodedEvent.frame(envelope));
                if (subscriptionScope.endsWith(encodedEvent.event())) {
                    break;
                }
            }
            return frames;
        }

        public boolean isEnd(SubscriptionScope subscriptionScope) {
            return changes.stream().anyMatch(encodedEvent -> subscriptionScope.endsWith(encodedEvent.event()));
        }
    }

    /** Nothing was missed, and each change comes as it is made. */
    record Live() implements ReplayStep {}

    /** The client has seen the end. */
    record Over() implements ReplayStep {}
}
