package dev.attachgateway.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client that follows operations. It is brought up to the present step by step, as fast as it reads; from then on it
 * is told of each change as it comes, and is cut off when it does not read. Each event is written once because positions
 * only rise. All its state belongs to the event loop of its connection.
 */
final class OperationStream implements Watcher {
    private final Audience audience;
    private final Envelope envelope;
    private final Channel channel;
    private final Context loop;
    private final StreamConfig config;
    private final CatchUp catchUp;
    private final Consumer<OperationStream> onGone;

    private Iterator<Frame> unwritten = Collections.emptyIterator();
    private @Nullable Epoch epoch;
    private @Nullable Long pulse;
    private long seen;
    /** Nothing follows what is unwritten. */
    private boolean last;

    private boolean closed;
    private boolean waitsForRoom;
    private boolean stalled;

    /**
     * A stream that is not open yet.
     *
     * @param onGone called when nothing can be written any more; more than once, if so
     */
    OperationStream(
            Audience audience,
            Envelope envelope,
            Channel channel,
            Context loop,
            StreamConfig config,
            CatchUp catchUp,
            Consumer<OperationStream> onGone) {
        this.audience = audience;
        this.envelope = envelope;
        this.channel = channel;
        this.loop = loop;
        this.config = config;
        this.catchUp = catchUp;
        this.onGone = onGone;
        // From the beginning: a client that leaves before the head is written would otherwise be waited for for ever.
        channel.whenGone(this::gone);
    }

    @Override
    public Audience audience() {
        return audience;
    }

    /** Writes the head and the first step; from here on a failure can only end the stream. */
    void begin(Epoch current, Step first) {
        if (closed) {
            // It was forgotten before the tail knew of it.
            onGone.accept(this);
            return;
        }
        if (first instanceof Step.Over) {
            closed = true;
            channel.nothingMore();
            return;
        }
        epoch = current;
        channel.open();
        var least = config.retry().toMillis();
        channel.write(Frames.retry(least + ThreadLocalRandom.current().nextLong(Math.max(1, least / 2))));
        pulse = loop.owner().setPeriodic(config.heartbeat().toMillis(), timer -> beat());
        take(first);
    }

    @Override
    public void changed(Change change) {
        loop.runOnContext(nothing -> {
            if (closed || change.position() <= seen) {
                return;
            }
            if (channel.isFull()) {
                // This reader does not read. Only it is cut off, and it resumes by its last id.
                cut();
                return;
            }
            seen = change.position();
            channel.write(change.frame(envelope));
            if (audience.endsWith(change.event())) {
                close();
            }
        });
    }

    /** The client comes back, and is told then that its id is of the past. */
    @Override
    public void lost() {
        loop.runOnContext(nothing -> close());
    }

    /** Ends the answer; done when its last byte has left or the client is gone. */
    Future<Void> finish() {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(nothing -> close().onComplete(done));
        return done.future();
    }

    private void take(Step step) {
        switch (step) {
            case Step.Snapshot snapshot -> {
                last = snapshot.isEnd(audience);
                write(snapshot.frames(Objects.requireNonNull(epoch), envelope), snapshot.head());
            }
            case Step.Page page -> {
                last = page.isEnd(audience);
                write(page.frames(audience, envelope), page.upTo());
            }
            case Step.Live live -> {}
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
            if (channel.isFull()) {
                waitsForRoom = true;
                channel.whenRoom(this::write);
                return;
            }
            waitsForRoom = false;
            stalled = false;
            channel.write(unwritten.next());
        }
        if (last) {
            close();
        } else if (!closed) {
            catchUp.next(this, Objects.requireNonNull(epoch), seen)
                    .emitOn(this::here)
                    .subscribe()
                    .with(this::take, failure -> cut());
        }
    }

    /** A whole beat without room is as good as a dead peer. */
    private void beat() {
        if (closed) {
            return;
        }
        if (!waitsForRoom) {
            if (channel.isFull()) {
                cut();
            } else {
                channel.write(Frames.heartbeat());
            }
        } else if (stalled) {
            cut();
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
            loop.owner().cancelTimer(pulse);
        }
        onGone.accept(this);
    }

    /** Runs on the connection's own event loop. */
    void here(Runnable task) {
        loop.runOnContext(nothing -> task.run());
    }
}
