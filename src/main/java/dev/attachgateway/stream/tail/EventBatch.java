package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.sse.EncodedEvent;
import dev.attachgateway.stream.sse.EventEnvelope;
import dev.attachgateway.stream.sse.SseFrame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Events that are delivered together to all subscribers of one scope on one event loop: events that are committed while
 * the loop is busy go out in one write. Filled by the tail, then handed to the loop.
 */
public final class EventBatch {
    /** Enough bytes that the cost of the write itself does not matter. */
    private static final int MAX_BYTES = 65_536;

    private final List<EncodedEvent> events = new ArrayList<>();
    private final Map<EventEnvelope, SseFrame> frames = new EnumMap<>(EventEnvelope.class);
    private int bytes;

    void add(EncodedEvent encodedEvent) {
        events.add(encodedEvent);
        bytes += encodedEvent.frame(EventEnvelope.NONE).length();
    }

    boolean isFull() {
        return bytes >= MAX_BYTES;
    }

    /** In the order of their positions. */
    public List<EncodedEvent> events() {
        return Collections.unmodifiableList(events);
    }

    /** The events after a position. */
    public List<EncodedEvent> after(long position) {
        return events.getFirst().position() > position
                ? events()
                : events.stream().filter(each -> each.position() > position).toList();
    }

    /** The position of the last event. */
    public long lastPosition() {
        return events.getLast().position();
    }

    /** All events as one frame, retained until the batch is released. */
    public SseFrame frame(EventEnvelope envelope) {
        return frames.computeIfAbsent(
                envelope,
                key -> SseFrame.join(
                                events.stream().map(each -> each.frame(key)).toList())
                        .retain());
    }

    /** Releases the frames after delivery to all subscribers. */
    void release() {
        frames.values().forEach(SseFrame::release);
    }
}
