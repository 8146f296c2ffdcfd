package dev.attachgateway.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
    private final Pace pace;

    private @Nullable Epoch epoch;
    private @Nullable Runnable pulse;
    private long seen;
    private boolean live;
    private boolean closed;

    /** A stream that is not open yet. */
    OperationStream(Audience audience, Envelope envelope, Channel channel, Context loop, Hub hub) {
        this.audience = audience;
        this.envelope = envelope;
        this.channel = channel;
        this.loop = loop;
        this.hub = hub;
        this.pace = new Pace(channel);
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
        var least = hub.config().retryMin().toMillis();
        channel.write(Frames.retry(least + ThreadLocalRandom.current().nextLong(Math.max(1, least / 2))));
        pulse = hub.pulse(loop).start(this::beat);
        take(first);
    }

    @Override
    public void changed(Batch batch) {
        if (!live || closed) {
            return;
        }
        if (!pace.hasRoom()) {
            live = false;
            catchUp();
            return;
        }
        // The database may have told it more than the tail had read when it was let in.
        var news = batch.after(seen);
        if (news.isEmpty()) {
            return;
        }
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
        if (closed) {
            return;
        }
        switch (step) {
            case Step.Snapshot snapshot ->
                write(snapshot.frames(envelope), snapshot.standing().head(), snapshot.isEnd(audience));
            case Step.Page page -> write(page.frames(audience, envelope), page.upTo(), page.isEnd(audience));
            case Step.Live now -> live = true;
            case Step.Over over -> close();
        }
    }

    /** What was missed is written as fast as it is read. */
    private void write(List<Frame> frames, long upTo, boolean isEnd) {
        seen = upTo;
        pace.write(frames, isEnd ? this::close : this::catchUp);
    }

    private void catchUp() {
        pace.whenRoom(() -> {
            if (!closed) {
                hub.catchUp()
                        .next(this, Objects.requireNonNull(epoch), seen)
                        .emitOn(this::here)
                        .subscribe()
                        .with(this::take, failure -> cut());
            }
        });
    }

    private void beat() {
        if (pace.isStuck()) {
            // Also when it has ended: the end waits behind what is not read.
            hub.tooSlow();
            over();
            channel.cut();
        } else if (!closed && pace.hasRoom()) {
            channel.write(Frames.heartbeat());
        }
    }

    private Future<Void> close() {
        if (closed) {
            return Future.succeededFuture();
        }
        over();
        if (epoch == null) {
            // An answer that ends before it is a stream would make an EventSource give up; a lost connection does not.
            channel.cut();
            return Future.succeededFuture();
        }
        return channel.end();
    }

    private void cut() {
        if (!closed) {
            over();
            channel.cut();
        }
    }

    private void over() {
        closed = true;
        pace.stop();
    }

    private void gone() {
        over();
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
