package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.eventlog.EventFingerprint;
import dev.attachgateway.stream.eventlog.EventId;
import dev.attachgateway.stream.eventlog.HistoryEpoch;
import dev.attachgateway.stream.sse.EncodedEvent;
import dev.attachgateway.stream.sse.EventEnvelope;
import dev.attachgateway.stream.sse.SseEncoder;
import dev.attachgateway.stream.sse.SseFrame;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How things stand for an audience at one moment, with the bytes that tell it, made once for all who ask at that moment. */
public final class Snapshot {
    /** Large enough for few writes, small enough not to fill a reader's buffer at once. */
    private static final int PIECE_BYTES = 16_384;

    private final HistoryEpoch epoch;
    private final List<EncodedEvent> latest;
    private final long head;
    private final @Nullable EventFingerprint newest;
    private final @Nullable Integer most;
    private final Map<EventEnvelope, List<SseFrame>> frames = new EnumMap<>(EventEnvelope.class);

    /**
     * What stands at a position.
     *
     * @param latest the latest event of each operation, in order
     * @param head the project's newest position at that moment
     * @param newest the event there; null when there is none (any more)
     * @param most null when this is all, else how many operations it was cut off at
     */
    public Snapshot(
            HistoryEpoch epoch,
            List<EncodedEvent> latest,
            long head,
            @Nullable EventFingerprint newest,
            @Nullable Integer most) {
        this.epoch = epoch;
        this.latest = latest;
        this.head = head;
        this.newest = newest;
        this.most = most;
    }

    List<EncodedEvent> latest() {
        return latest;
    }

    public long head() {
        return head;
    }

    /** Its blocks, the last of which is what to come back with. */
    synchronized List<SseFrame> frames(EventEnvelope envelope) {
        return frames.computeIfAbsent(envelope, this::made);
    }

    private List<SseFrame> made(EventEnvelope envelope) {
        var blocks = new ArrayList<SseFrame>();
        latest.forEach(
                encodedEvent -> blocks.add(SseEncoder.snapshot(encodedEvent.id(), encodedEvent.event(), envelope)));
        if (most != null) {
            blocks.add(SseEncoder.cutOff(most));
        }
        blocks.add(SseEncoder.position(EventId.of(epoch, head, newest)));
        return SseFrame.joined(blocks, PIECE_BYTES);
    }
}
