package dev.attachgateway.stream.subscription;

import dev.attachgateway.stream.channel.StreamChannel;
import dev.attachgateway.stream.sse.SseFrame;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Writes no faster than the client reads, and detects a client that does not read. */
final class BackpressureWriter {
    private final StreamChannel channel;
    private Iterator<SseFrame> unwritten = Collections.emptyIterator();
    private Runnable onWritten = () -> {};
    /** The channel was full at the last heartbeat, and nothing was written since. */
    private boolean stalled;

    BackpressureWriter(StreamChannel channel) {
        this.channel = channel;
    }

    /** Whether the channel takes more bytes now. */
    boolean canWrite() {
        if (channel.isFull()) {
            return false;
        }
        stalled = false;
        return true;
    }

    /** Runs a task at once if the channel is writable, else when it is. */
    void onWritable(Runnable task) {
        if (canWrite()) {
            task.run();
        } else {
            channel.onWritable(() -> onWritable(task));
        }
    }

    /** Writes all frames before anything else. */
    void write(List<SseFrame> frames, Runnable onWritten) {
        unwritten = frames.iterator();
        this.onWritten = onWritten;
        onWritable(this::write);
    }

    /** Discards what is not written yet. */
    void discard() {
        unwritten = Collections.emptyIterator();
        onWritten = () -> {};
    }

    /** Called at each heartbeat: a channel that is full for a whole interval counts as a dead peer. */
    boolean isStuck() {
        if (canWrite()) {
            return false;
        }
        var wasStalled = stalled;
        stalled = true;
        return wasStalled;
    }

    private void write() {
        while (unwritten.hasNext()) {
            if (!canWrite()) {
                onWritable(this::write);
                return;
            }
            channel.write(unwritten.next());
        }
        onWritten.run();
    }
}
