package dev.attachgateway.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One client that follows operations. It is brought up to the present step by step, as fast as it reads; from then on it
 * is told of each change as it comes. When it does not read as fast as that, it is told nothing until there is room again,
 * and is then brought up to the present as before; when it does not read at all, it is cut off. All its state belongs to
 * the event loop of its connection.
 */
final class OperationStream implements Watcher {
    private final Audience audience;
    private final Envelope envelope;
    private final Channel channel;
    private final Context loop;
    private final Hub hub;

    private Iterator<Frame> unwritten = Collections.emptyIterator();
    private @Nullable Epoch epoch;
    private @Nullable Runnable pulse;
    private long seen;
    /** Nothing follows what is unwritten. */
    private boolean last;

    private boolean live;
    private boolean closed;
    /** There was no room at the last beat, and nothing was written since. */
    private boolean stalled;

    /** What all streams of a replica have in common. */
    interface Hub {
        StreamConfig config();

        CatchUp catchUp();

        Pulse pulse(Context loop);

        /** The reader was too slow; only it is cut off, and it resumes by its last id. */
        void tooSlow();

        /** Nothing can be written any more; told more than once, if so. */
        void gone(OperationStream stream);
    }

    /** A stream that is not open yet. */
    OperationStream(Audience audience, Envelope envelope, Channel channel, Context loop, Hub hub) {
        this.audience = audience;
        this.envelope = envelope;
        this.channel = channel;
        this.loop = loop;
        this.hub = hub;
        // From the beginning: a client that leaves before the head is written would otherwise be waited for for ever.
        channel.whenGone(this::gone);
    }

    @Override
    public Audience audience() {
        return audience;
    }

    @Override
    public Context loop() {
        return loop;
    }

    /** Writes the head and the first step; from here on a failure can only end the stream. */
    void begin(Epoch current, Step first) {
        if (closed) {
            // It was forgotten before the tail knew of it.
            hub.gone(this);
            return;
        }
        if (first instanceof Step.Over) {
            closed = true;
            channel.nothingMore();
            return;
        }
        epoch = current;
        channel.open();
        var least = hub.config().retry().toMillis();
        channel.write(Frames.retry(least + ThreadLocalRandom.current().nextLong(Math.max(1, least / 2))));
        pulse = hub.pulse(loop).start(this::beat);
        take(first);
    }

    @Override
    public void changed(Batch batch) {
        if (!live || closed) {
            return;
        }
        if (channel.isFull()) {
            live = false;
            catchUp();
            return;
        }
        // The database may have told it more than the tail had read when it was let in.
        var news = batch.after(seen);
        if (news.isEmpty()) {
            return;
        }
        stalled = false;
        if (news.size() == batch.changes().size()) {
            channel.write(batch.frame(envelope));
        } else {
            news.forEach(change -> channel.write(change.frame(envelope)));
        }
        seen = batch.upTo();
        if (audience.endsWith(batch.changes().getLast().event())) {
            close();
        }
    }

    /** The client comes back, and is told then that its id is of the past. */
    @Override
    public void lost() {
        here(this::close);
    }

    /** Tells the client how long to wait before it comes back, if it can be told anything. */
    void announce(long retryMs) {
        here(() -> {
            if (!closed && epoch != null) {
                channel.write(Frames.retry(retryMs));
            }
        });
    }

    /** Ends the answer; done when its last byte has left or the client is gone. */
    Future<Void> finish() {
        Promise<Void> done = Promise.promise();
        here(() -> close().onComplete(done));
        return done.future();
    }

    private void take(Step step) {
        switch (step) {
            case Step.Snapshot snapshot -> {
                last = snapshot.isEnd(audience);
                write(snapshot.frames(envelope), snapshot.standing().head());
            }
            case Step.Page page -> {
                last = page.isEnd(audience);
                write(page.frames(audience, envelope), page.upTo());
            }
            case Step.Live now -> live = true;
            case Step.Over over -> close();
        }
    }

    private void write(List<Frame> frames, long upTo) {
        unwritten = frames.iterator();
        seen = upTo;
        write();
    }

    /** What was missed is written as fast as it is read. */
    private void write() {
        while (!closed && unwritten.hasNext()) {
            if (!hasRoom()) {
                return;
            }
            channel.write(unwritten.next());
        }
        unwritten = Collections.emptyIterator();
        if (last) {
            close();
        } else {
            catchUp();
        }
    }

    private void catchUp() {
        if (!closed && hasRoom()) {
            hub.catchUp()
                    .next(this, Objects.requireNonNull(epoch), seen)
                    .emitOn(this::here)
                    .subscribe()
                    .with(this::take, failure -> cut());
        }
    }

    /** If not, writing goes on when there is. */
    private boolean hasRoom() {
        if (channel.isFull()) {
            channel.whenRoom(this::write);
            return false;
        }
        stalled = false;
        return true;
    }

    /** A whole beat without room is as good as a dead peer. */
    private void beat() {
        if (!channel.isFull()) {
            stalled = false;
            if (!closed) {
                channel.write(Frames.heartbeat());
            }
        } else if (stalled) {
            // Also when it has ended: the end waits behind what is not read.
            hub.tooSlow();
            closed = true;
            channel.cut();
        } else {
            stalled = true;
        }
    }

    private Future<Void> close() {
        if (closed) {
            return Future.succeededFuture();
        }
        closed = true;
        if (epoch == null) {
            // An answer that ends before it is a stream would make an EventSource give up; a lost connection does not.
            channel.cut();
            return Future.succeededFuture();
        }
        return channel.end();
    }

    private void cut() {
        if (!closed) {
            closed = true;
            channel.cut();
        }
    }

    private void gone() {
        closed = true;
        if (pulse != null) {
            pulse.run();
        }
        hub.gone(this);
    }

    /** Runs on the connection's own event loop. */
    void here(Runnable task) {
        loop.runOnContext(nothing -> task.run());
    }
}
