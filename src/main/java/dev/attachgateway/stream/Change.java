package dev.attachgateway.stream;

import org.jspecify.annotations.Nullable;

/** An event with its id in this history, and the frames that tell it, each made once for all who get it. */
final class Change {
    private final Event event;
    private final EventId id;
    private volatile @Nullable Frame bare;
    private volatile @Nullable Frame asCloudEvent;

    Change(Epoch epoch, Event event) {
        this.event = event;
        this.id = EventId.of(epoch, event.position(), event.stamp());
    }

    Event event() {
        return event;
    }

    EventId id() {
        return id;
    }

    long position() {
        return event.position();
    }

    /** Two threads that come first make the same bytes twice, which does no harm. */
    Frame frame(Envelope envelope) {
        var made = envelope == Envelope.NONE ? bare : asCloudEvent;
        if (made == null) {
            made = Frames.change(id, event, envelope);
            if (envelope == Envelope.NONE) {
                bare = made;
            } else {
                asCloudEvent = made;
            }
        }
        return made;
    }
}
