package dev.attachgateway.stream.subscription;

import dev.attachgateway.stream.channel.StreamChannel;
import dev.attachgateway.stream.eventlog.HistoryEpoch;
import dev.attachgateway.stream.eventlog.SubscriptionScope;
import dev.attachgateway.stream.sse.EventEnvelope;
import dev.attachgateway.stream.sse.SseEncoder;
import dev.attachgateway.stream.sse.SseFrame;
import dev.attachgateway.stream.tail.EventBatch;
import dev.attachgateway.stream.tail.ReplayStep;
import dev.attachgateway.stream.tail.Subscriber;
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
final class OperationStream implements Subscriber {
    private final SubscriptionScope subscriptionScope;
    private final EventEnvelope envelope;
    private final StreamChannel channel;
    private final Context loop;
    private final StreamContext streamContext;
    private final BackpressureWriter backpressureWriter;

    private @Nullable HistoryEpoch epoch;
    private @Nullable Runnable pulse;
    private long seen;
    private boolean live;
    private boolean closed;

    /** A stream that is not open yet. */
    OperationStream(
            SubscriptionScope subscriptionScope,
            EventEnvelope envelope,
            StreamChannel channel,
            Context loop,
            StreamContext streamContext) {
        this.subscriptionScope = subscriptionScope;
        this.envelope = envelope;
        this.channel = channel;
        this.loop = loop;
        this.streamContext = streamContext;
        this.backpressureWriter = new BackpressureWriter(channel);
        // From the beginning: a client that leaves before the head is written would otherwise be waited for for ever.
        channel.whenGone(this::gone);
    }

    @Override
    public SubscriptionScope audience() {
        return subscriptionScope;
    }

    @Override
    public Context loop() {
        return loop;
    }

    /** Writes the head and the first step; from here on a failure can only end the stream. */
    void begin(HistoryEpoch current, ReplayStep first) {
        if (closed) {
            // It was forgotten before the tail knew of it.
            streamContext.gone(this);
            return;
        }
        if (first instanceof ReplayStep.Over) {
            closed = true;
            channel.nothingMore();
            return;
        }
        epoch = current;
        channel.open();
        var least = streamContext.config().retryMin().toMillis();
        channel.write(SseEncoder.retry(least + ThreadLocalRandom.current().nextLong(Math.max(1, least / 2))));
        pulse = streamContext.pulse(loop).start(this::beat);
        take(first);
    }

    @Override
    public void changed(EventBatch batch) {
        if (!live || closed) {
            return;
        }
        if (!backpressureWriter.hasRoom()) {
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
            news.forEach(encodedEvent -> channel.write(encodedEvent.frame(envelope)));
        }
        seen = batch.upTo();
        if (subscriptionScope.endsWith(batch.changes().getLast().event())) {
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
                channel.write(SseEncoder.retry(retryMs));
            }
        });
    }

    /** Ends the answer; done when its last byte has left or the client is gone. */
    Future<Void> finish() {
        Promise<Void> done = Promise.promise();
        here(() -> close().onComplete(done));
        return done.future();
    }

    private void take(ReplayStep step) {
        if (closed) {
            return;
        }
        switch (step) {
            case ReplayStep.Restart restart ->
                write(restart.frames(envelope), restart.snapshot().head(), restart.isEnd(subscriptionScope));
            case ReplayStep.Page page ->
                write(page.frames(subscriptionScope, envelope), page.upTo(), page.isEnd(subscriptionScope));
            case ReplayStep.Live now -> live = true;
            case ReplayStep.Over over -> close();
        }
    }

    /** What was missed is written as fast as it is read. */
    private void write(List<SseFrame> frames, long upTo, boolean isEnd) {
        seen = upTo;
        backpressureWriter.write(frames, isEnd ? this::close : this::catchUp);
    }

    private void catchUp() {
        backpressureWriter.whenRoom(() -> {
            if (!closed) {
                streamContext
                        .catchUp()
                        .next(this, Objects.requireNonNull(epoch), seen)
                        .emitOn(this::here)
                        .subscribe()
                        .with(this::take, failure -> cut());
            }
        });
    }

    private void beat() {
        if (backpressureWriter.isStuck()) {
            // Also when it has ended: the end waits behind what is not read.
            streamContext.tooSlow();
            over();
            channel.cut();
        } else if (!closed && backpressureWriter.hasRoom()) {
            channel.write(SseEncoder.heartbeat());
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
        backpressureWriter.stop();
    }

    private void gone() {
        over();
        if (pulse != null) {
            pulse.run();
        }
        streamContext.gone(this);
    }

    /** Runs on the connection's own event loop. */
    void here(Runnable task) {
        loop.runOnContext(nothing -> task.run());
    }
}
