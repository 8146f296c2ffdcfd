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
 * One client that follows operations. Replay brings it to the present step by step, as fast as it reads; from then on
 * it receives each event as it is committed. A client that reads too slowly for that receives no events until its
 * channel is writable, and then replays as before; a client that does not read at all is disconnected. All its state
 * belongs to the event loop of its connection.
 */
final class OperationStream implements Subscriber {
    private final SubscriptionScope subscriptionScope;
    private final EventEnvelope envelope;
    private final StreamChannel channel;
    private final Context loop;
    private final StreamContext streamContext;
    private final BackpressureWriter backpressureWriter;

    private @Nullable HistoryEpoch epoch;
    private @Nullable Runnable stopHeartbeat;
    private long position;
    private boolean live;
    private boolean closed;

    /** Creates a stream that is not open yet. */
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
        // Registered before the head is written, else a client that disconnects before would never be released.
        channel.onClose(this::onClosed);
    }

    @Override
    public SubscriptionScope scope() {
        return subscriptionScope;
    }

    @Override
    public Context loop() {
        return loop;
    }

    /** Writes the head and the first step; a later failure can only end the stream. */
    void begin(HistoryEpoch current, ReplayStep first) {
        if (closed) {
            // The first release came before the tail knew the subscriber.
            streamContext.release(this);
            return;
        }
        if (first instanceof ReplayStep.AlreadyComplete) {
            closed = true;
            channel.sendNoContent();
            return;
        }
        epoch = current;
        channel.open();
        var minRetryMs = streamContext.config().retryMin().toMillis();
        channel.write(SseEncoder.retry(minRetryMs + ThreadLocalRandom.current().nextLong(Math.max(1, minRetryMs / 2))));
        stopHeartbeat = streamContext.heartbeat(loop).start(this::onHeartbeat);
        apply(first);
    }

    @Override
    public void onEvents(EventBatch batch) {
        if (!live || closed) {
            return;
        }
        if (!backpressureWriter.canWrite()) {
            live = false;
            resume();
            return;
        }
        // The replay may have read further in the database than the tail had when the subscriber joined.
        var unsent = batch.after(position);
        if (unsent.isEmpty()) {
            return;
        }
        if (unsent.size() == batch.events().size()) {
            channel.write(batch.frame(envelope));
        } else {
            unsent.forEach(encodedEvent -> channel.write(encodedEvent.frame(envelope)));
        }
        position = batch.lastPosition();
        if (subscriptionScope.isFinal(batch.events().getLast().event())) {
            close();
        }
    }

    /** Closes the stream; the client reconnects, and gets a reset because its id is of another history. */
    @Override
    public void onHistoryLost() {
        onLoop(this::close);
    }

    /** Sends the client a reconnection delay if the stream is open. */
    void sendRetry(long retryMs) {
        onLoop(() -> {
            if (!closed && epoch != null) {
                channel.write(SseEncoder.retry(retryMs));
            }
        });
    }

    /** Ends the response; completes when its last byte is sent or the client has disconnected. */
    Future<Void> finish() {
        Promise<Void> done = Promise.promise();
        onLoop(() -> close().onComplete(done));
        return done.future();
    }

    private void apply(ReplayStep step) {
        if (closed) {
            return;
        }
        switch (step) {
            case ReplayStep.Restart restart ->
                write(restart.frames(envelope), restart.snapshot().head(), restart.isEnd(subscriptionScope));
            case ReplayStep.Page page ->
                write(page.frames(subscriptionScope, envelope), page.upTo(), page.isEnd(subscriptionScope));
            case ReplayStep.Live _ -> live = true;
            case ReplayStep.AlreadyComplete _ -> close();
        }
    }

    /** Missed events are written as fast as they are read. */
    private void write(List<SseFrame> frames, long upTo, boolean isEnd) {
        position = upTo;
        backpressureWriter.write(frames, isEnd ? this::close : this::resume);
    }

    private void resume() {
        backpressureWriter.onWritable(() -> {
            if (!closed) {
                streamContext
                        .replay()
                        .next(this, Objects.requireNonNull(epoch), position)
                        .emitOn(this::onLoop)
                        .subscribe()
                        .with(this::apply, _ -> cut());
            }
        });
    }

    private void onHeartbeat() {
        if (backpressureWriter.isStuck()) {
            // Also after the stream has closed: the end of the response waits behind the unread bytes.
            streamContext.countSlowReader();
            markClosed();
            channel.abort();
        } else if (!closed && backpressureWriter.canWrite()) {
            channel.write(SseEncoder.heartbeat());
        }
    }

    private Future<Void> close() {
        if (closed) {
            return Future.succeededFuture();
        }
        markClosed();
        if (epoch == null) {
            // A response that ends before it is a stream would stop an EventSource; a lost connection does not.
            channel.abort();
            return Future.succeededFuture();
        }
        return channel.end();
    }

    private void cut() {
        if (!closed) {
            markClosed();
            channel.abort();
        }
    }

    private void markClosed() {
        closed = true;
        backpressureWriter.discard();
    }

    private void onClosed() {
        markClosed();
        if (stopHeartbeat != null) {
            stopHeartbeat.run();
        }
        streamContext.release(this);
    }

    /** Runs a task on the connection's own event loop. */
    void onLoop(Runnable task) {
        loop.runOnContext(_ -> task.run());
    }
}
