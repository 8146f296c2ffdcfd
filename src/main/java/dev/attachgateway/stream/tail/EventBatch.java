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
 * Changes that are told at once to all of one audience on one event loop: what is committed while the loop is busy goes out
 * in one write. Filled by the tail, then handed to the loop.
 */
public final class EventBatch {
    /** So much in one write that its own cost no longer counts. */
    private static final int MOST_BYTES = 65_536;

    private final List<EncodedEvent> changes = new ArrayList<>();
    private final Map<EventEnvelope, SseFrame> frames = new EnumMap<>(EventEnvelope.class);
    private int bytes;

    void add(EncodedEvent encodedEvent) {
        changes.add(encodedEvent);
        bytes += encodedEvent.frame(EventEnvelope.NONE).length();
    }

    boolean isFull() {
        return bytes >= MOST_BYTES;
    }

    /** In the order of their positions. */
    public List<EncodedEvent> changes() {
        return Collections.unmodifiableList(changes);
    }

    /** Those after a position. */
    public List<EncodedEvent> after(long position) {
        return changes.getFirst().position() > position
                ? changes()
                : changes.stream().filter(it -> it.position() > position).toList();
    }

    /** The position of the last one. */
    public long upTo() {
        return changes.getLast().position();
    }

    /** All of them as one frame, kept until the batch is done. */
    public SseFrame frame(EventEnvelope envelope) {
        return frames.computeIfAbsent(
                envelope,
                wanted -> SseFrame.joined(
                                changes.stream().map(it -> it.frame(wanted)).toList())
                        .keep());
    }

    /** Everyone has been told. */
    void done() {
        frames.values().forEach(SseFrame::release);
    }
}
