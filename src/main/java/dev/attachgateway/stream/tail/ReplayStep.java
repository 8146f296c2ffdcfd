package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.eventlog.SubscriptionScope;
import dev.attachgateway.stream.sse.EncodedEvent;
import dev.attachgateway.stream.sse.EventEnvelope;
import dev.attachgateway.stream.sse.SseEncoder;
import dev.attachgateway.stream.sse.SseFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The next step of a stream on its way from the client's position to the present. */
public sealed interface ReplayStep {
    /**
     * Starts over with a snapshot.
     *
     *
     * @param reason why the stream cannot resume at the client's position; null if it has none
     */
    record Restart(@Nullable String reason, Snapshot snapshot) implements ReplayStep {

        /** The frames, the last of which has the id to resume from. */
        public List<SseFrame> frames(EventEnvelope envelope) {
            var frames = new ArrayList<SseFrame>();
            if (reason != null) {
                frames.add(SseEncoder.reset(reason));
            }
            frames.addAll(snapshot.frames(envelope));
            return frames;
        }

        public boolean isEnd(SubscriptionScope subscriptionScope) {
            return snapshot.latest().stream().anyMatch(encodedEvent -> subscriptionScope.isFinal(encodedEvent.event()));
        }
    }

    /**
     * A part of the missed events.
     *
     *
     * @param upTo the position up to which all events are delivered after this step
     */
    record Page(List<EncodedEvent> events, long upTo) implements ReplayStep {

        /** The frames, up to the event after which none follows in the scope. */
        public List<SseFrame> frames(SubscriptionScope subscriptionScope, EventEnvelope envelope) {
            var frames = new ArrayList<SseFrame>();
            for (var encodedEvent : events) {
                frames.add(encodedEvent.frame(envelope));
                if (subscriptionScope.isFinal(encodedEvent.event())) {
                    break;
                }
            }
            return frames;
        }

        public boolean isEnd(SubscriptionScope subscriptionScope) {
            return events.stream().anyMatch(encodedEvent -> subscriptionScope.isFinal(encodedEvent.event()));
        }
    }

    /** No event was missed, and each new event is delivered as it is committed. */
    record Live() implements ReplayStep {}

    /** The client has received the last event. */
    record AlreadyComplete() implements ReplayStep {}
}
