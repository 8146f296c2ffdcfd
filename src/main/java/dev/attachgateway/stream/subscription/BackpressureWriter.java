package dev.attachgateway.stream.subscription;

import dev.attachgateway.stream.channel.StreamChannel;
import dev.attachgateway.stream.sse.SseFrame;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Writes no faster than the reader takes it, and notices a reader that takes nothing. */
final class BackpressureWriter {
    private final StreamChannel channel;
    private Iterator<SseFrame> unwritten = Collections.emptyIterator();
    private Runnable whenWritten = () -> {};
    /** There was no room at the last beat, and nothing was written since. */
    private boolean stalled;

    BackpressureWriter(StreamChannel channel) {
        this.channel = channel;
    }

    /** Whether something may be written now. */
    boolean hasRoom() {
        if (channel.isFull()) {
            return false;
        }
        stalled = false;
        return true;
    }

    /** Goes on at once if there is room, else when there is. */
    void whenRoom(Runnable task) {
        if (hasRoom()) {
            task.run();
        } else {
            channel.whenRoom(() -> whenRoom(task));
        }
    }

    /** Writes all of it before anything else. */
    void write(List<SseFrame> frames, Runnable then) {
        unwritten = frames.iterator();
        whenWritten = then;
        whenRoom(this::write);
    }

    /** What is unwritten stays so. */
    void stop() {
        unwritten = Collections.emptyIterator();
        whenWritten = () -> {};
    }

    /** Asked at each beat: a whole one without room is as good as a dead peer. */
    boolean isStuck() {
        if (hasRoom()) {
            return false;
        }
        var before = stalled;
        stalled = true;
        return before;
    }

    private void write() {
        while (unwritten.hasNext()) {
            if (!hasRoom()) {
                whenRoom(this::write);
                return;
            }
            channel.write(unwritten.next());
        }
        whenWritten.run();
    }
}
