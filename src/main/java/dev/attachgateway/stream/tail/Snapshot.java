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

/** The latest events of a scope at one moment, encoded once for all concurrent requests. */
public final class Snapshot {
    /** Large enough for few writes, small enough not to fill a client's buffer at once. */
    private static final int PIECE_BYTES = 16_384;

    private final HistoryEpoch epoch;
    private final List<EncodedEvent> latest;
    private final long head;
    private final @Nullable EventFingerprint newest;
    private final @Nullable Integer truncatedAt;
    private final Map<EventEnvelope, List<SseFrame>> frames = new EnumMap<>(EventEnvelope.class);

    /**
     * Creates a snapshot at a position.
     *
     *
     * @param latest the latest event of each operation, in order
     * @param head the project's newest position at that moment
     * @param newest the event there; null if there is none or it was removed
     * @param truncatedAt null if the snapshot is complete, else the number of operations at which it was truncated
     */
    public Snapshot(
            HistoryEpoch epoch,
            List<EncodedEvent> latest,
            long head,
            @Nullable EventFingerprint newest,
            @Nullable Integer truncatedAt) {
        this.epoch = epoch;
        this.latest = latest;
        this.head = head;
        this.newest = newest;
        this.truncatedAt = truncatedAt;
    }

    List<EncodedEvent> latest() {
        return latest;
    }

    public long head() {
        return head;
    }

    /** The frames, the last of which has the id to resume from. */
    synchronized List<SseFrame> frames(EventEnvelope envelope) {
        return frames.computeIfAbsent(envelope, this::encode);
    }

    private List<SseFrame> encode(EventEnvelope envelope) {
        var blocks = new ArrayList<SseFrame>();
        latest.forEach(
                encodedEvent -> blocks.add(SseEncoder.snapshot(encodedEvent.id(), encodedEvent.event(), envelope)));
        if (truncatedAt != null) {
            blocks.add(SseEncoder.truncated(truncatedAt));
        }
        blocks.add(SseEncoder.position(EventId.of(epoch, head, newest)));
        return SseFrame.join(blocks, PIECE_BYTES);
    }
}
