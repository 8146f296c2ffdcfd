package dev.attachgateway.stream.sse;

import dev.attachgateway.stream.eventlog.Event;
import dev.attachgateway.stream.eventlog.EventId;
import dev.attachgateway.stream.eventlog.HistoryEpoch;
import org.jspecify.annotations.Nullable;

/** An event with its id in this history, and its frames, each encoded once for all subscribers. */
public final class EncodedEvent {
    private final Event event;
    private final EventId id;
    private volatile @Nullable SseFrame plain;
    private volatile @Nullable SseFrame cloudEvent;

    public EncodedEvent(HistoryEpoch epoch, Event event) {
        this.event = event;
        this.id = EventId.of(epoch, event.position(), event.fingerprint());
    }

    public Event event() {
        return event;
    }

    public EventId id() {
        return id;
    }

    public long position() {
        return event.position();
    }

    /** Two threads may encode the same bytes concurrently, which does no harm. */
    public SseFrame frame(EventEnvelope envelope) {
        var encoded = envelope == EventEnvelope.NONE ? plain : cloudEvent;
        if (encoded == null) {
            encoded = SseEncoder.event(id, event, envelope);
            if (envelope == EventEnvelope.NONE) {
                plain = encoded;
            } else {
                cloudEvent = encoded;
            }
        }
        return encoded;
    }
}
