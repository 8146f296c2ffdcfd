package dev.attachgateway.stream;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How things stand for an audience at one moment, with the bytes that tell it, made once for all who ask at that moment. */
final class Standing {
    /** Large enough for few writes, small enough not to fill a reader's buffer at once. */
    private static final int PIECE_BYTES = 16_384;

    private final Epoch epoch;
    private final List<Change> latest;
    private final long head;
    private final @Nullable Stamp newest;
    private final @Nullable Integer most;
    private final Map<Envelope, List<Frame>> frames = new EnumMap<>(Envelope.class);

    /**
     * What stands at a position.
     *
     * @param latest the latest event of each operation, in order
     * @param head the project's newest position at that moment
     * @param newest the event there; null when there is none (any more)
     * @param most null when this is all, else how many operations it was cut off at
     */
    Standing(Epoch epoch, List<Change> latest, long head, @Nullable Stamp newest, @Nullable Integer most) {
        this.epoch = epoch;
        this.latest = latest;
        this.head = head;
        this.newest = newest;
        this.most = most;
    }

    List<Change> latest() {
        return latest;
    }

    long head() {
        return head;
    }

    /** Its blocks, the last of which is what to come back with. */
    synchronized List<Frame> frames(Envelope envelope) {
        return frames.computeIfAbsent(envelope, this::made);
    }

    private List<Frame> made(Envelope envelope) {
        var blocks = new ArrayList<Frame>();
        latest.forEach(change -> blocks.add(Frames.snapshot(change.id(), change.event(), envelope)));
        if (most != null) {
            blocks.add(Frames.cutOff(most));
        }
        blocks.add(Frames.position(EventId.of(epoch, head, newest)));
        return Frame.joined(blocks, PIECE_BYTES);
    }
}
