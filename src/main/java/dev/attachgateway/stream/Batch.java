package dev.attachgateway.stream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Changes that are told at once to all of one audience on one event loop: what is committed while the loop is busy goes out
 * in one write. Filled by the tail, then handed to the loop.
 */
final class Batch {
    /** So much in one write that its own cost no longer counts. */
    private static final int MOST_BYTES = 65_536;

    private final List<Change> changes = new ArrayList<>();
    private final Map<Envelope, Frame> frames = new EnumMap<>(Envelope.class);
    private int bytes;

    void add(Change change) {
        changes.add(change);
        bytes += change.frame(Envelope.NONE).length();
    }

    boolean isFull() {
        return bytes >= MOST_BYTES;
    }

    /** In the order of their positions. */
    List<Change> changes() {
        return Collections.unmodifiableList(changes);
    }

    /** Those after a position. */
    List<Change> after(long position) {
        return changes.getFirst().position() > position
                ? changes()
                : changes.stream().filter(it -> it.position() > position).toList();
    }

    /** The position of the last one. */
    long upTo() {
        return changes.getLast().position();
    }

    /** All of them as one frame, kept until the batch is done. */
    Frame frame(Envelope envelope) {
        return frames.computeIfAbsent(
                envelope,
                wanted -> Frame.joined(
                                changes.stream().map(it -> it.frame(wanted)).toList())
                        .keep());
    }

    /** Everyone has been told. */
    void done() {
        frames.values().forEach(Frame::release);
    }
}
