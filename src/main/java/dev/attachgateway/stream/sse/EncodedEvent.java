package dev.attachgateway.stream.sse;

import dev.attachgateway.stream.eventlog.Event;
import dev.attachgateway.stream.eventlog.EventId;
import dev.attachgateway.stream.eventlog.HistoryEpoch;
import org.jspecify.annotations.Nullable;

/** An event with its id in this history, and the frames that tell it, each made once for all who get it. */
public final class EncodedEvent {
    private final Event event;
    private final EventId id;
    private volatile @Nullable SseFrame bare;
    private volatile @Nullable SseFrame asCloudEvent;

    public EncodedEvent(HistoryEpoch epoch, Event event) {
        this.event = event;
        this.id = EventId.of(epoch, event.position(), event.stamp());
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

    /** Two threads that come first make the same bytes twice, which does no harm. */
    public SseFrame frame(EventEnvelope envelope) {
        var made = envelope == EventEnvelope.NONE ? bare : asCloudEvent;
        if (made == null) {
            made = SseEncoder.change(id, event, envelope);
            if (envelope == EventEnvelope.NONE) {
                bare = made;
            } else {
                asCloudEvent = made;
            }
        }
        return made;
    }
}
