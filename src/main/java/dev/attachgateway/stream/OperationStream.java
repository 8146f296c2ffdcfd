package dev.attachgateway.stream;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One client that follows one operation to its end. Until its history is written, new events wait in a bounded queue;
 * each event is written once because positions only rise. All its state belongs to the event loop of its connection.
 */
final class OperationStream implements Watcher {
    private final String projectId;
    private final UUID operationId;
    private final HttpServerResponse response;
    private final Context loop;
    private final StreamConfig config;
    private final Runnable onClose;

    private @Nullable Queue<Event> waiting = new ArrayDeque<>();
    private @Nullable Epoch epoch;
    private long seen;
    private boolean closed;
    private @Nullable Long pulse;

    OperationStream(
            String projectId,
            UUID operationId,
            HttpServerResponse response,
            Context loop,
            StreamConfig config,
            Runnable onClose) {
        this.projectId = projectId;
        this.operationId = operationId;
        this.response = response;
        this.loop = loop;
        this.config = config;
        this.onClose = onClose;
        // From the beginning: a client that leaves before the head is written would otherwise be waited for for ever.
        response.closeHandler(nothing -> gone());
        response.endHandler(nothing -> gone());
        response.exceptionHandler(failure -> gone());
        if (response.closed()) {
            loop.runOnContext(nothing -> gone());
        }
    }

    @Override
    public String projectId() {
        return projectId;
    }

    @Override
    public UUID operationId() {
        return operationId;
    }

    @Override
    public void changed(Event event) {
        loop.runOnContext(nothing -> {
            if (waiting == null) {
                write(event);
            } else if (waiting.size() < config.backlog()) {
                waiting.add(event);
            } else {
                close();
            }
        });
    }

    /** The client comes back, and is told then that its id is of the past. */
    @Override
    public void lost() {
        loop.runOnContext(nothing -> close());
    }

    /** Writes the head of the answer; from here on a failure can only end the stream. */
    void open(Epoch epoch) {
        this.epoch = epoch;
        if (closed) {
            return;
        }
        var least = config.retry().toMillis();
        response.setChunked(true)
                .setWriteQueueMaxSize(config.unsentBytes())
                .putHeader("content-type", "text/event-stream")
                .putHeader("cache-control", "no-cache, no-transform")
                .putHeader("vary", "Accept")
                .putHeader("x-accel-buffering", "no");
        put(Frames.retry(least + ThreadLocalRandom.current().nextLong(Math.max(1, least / 2))));
        pulse = loop.owner().setPeriodic(config.heartbeat().toMillis(), timer -> put(Frames.heartbeat()));
    }

    void reset(String reason) {
        put(Frames.reset(reason));
    }

    /** The operation as it stands, and the position from which the client may go on. */
    void snapshot(EventLog.Snapshot snapshot) {
        var latest = snapshot.latest();
        if (latest != null) {
            put(Frames.snapshot(latest.data()));
        }
        put(Frames.position(EventId.of(current(), snapshot.head())));
        seen = snapshot.head();
        if (latest != null && latest.terminal()) {
            close();
        }
    }

    void history(Iterable<Event> events, long after) {
        seen = after;
        events.forEach(this::write);
    }

    /** History is written: what came meanwhile follows, and then each event as it comes. */
    void live() {
        var come = waiting;
        waiting = null;
        if (come != null) {
            come.forEach(this::write);
        }
    }

    /** The client has seen the end already. */
    void nothingMore() {
        closed = true;
        response.setStatusCode(204).putHeader("vary", "Accept").end();
    }

    /** Ends the answer; done when its last byte has left or the client is gone. */
    Future<Void> finish() {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(nothing -> close().onComplete(done));
        return done.future();
    }

    private Future<Void> close() {
        if (closed) {
            return Future.succeededFuture();
        }
        closed = true;
        if (epoch == null) {
            // An answer that ends before it is a stream would make an EventSource give up; a lost connection does not.
            response.reset();
            return Future.succeededFuture();
        }
        return response.end();
    }

    private void write(Event event) {
        if (event.position() <= seen) {
            return;
        }
        seen = event.position();
        put(Frames.change(EventId.of(current(), event.position()), event.data()));
        if (event.terminal()) {
            close();
        }
    }

    private void put(Buffer frame) {
        if (closed) {
            return;
        }
        if (response.writeQueueFull()) {
            // This reader does not read. Only it is cut off, and it resumes by its last id.
            closed = true;
            response.reset();
            return;
        }
        response.write(frame);
    }

    private void gone() {
        closed = true;
        if (pulse != null) {
            loop.owner().cancelTimer(pulse);
        }
        onClose.run();
    }

    private Epoch current() {
        return Objects.requireNonNull(epoch, "the stream is not open");
    }

    /** Completes on the connection's own event loop. */
    <T extends @Nullable Object> Uni<T> here(Uni<T> uni) {
        return uni.emitOn(command -> loop.runOnContext(nothing -> command.run()));
    }
}
