package dev.attachgateway.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** Writes to the server's own response, whatever protocol and encryption is below it. */
final class PlainChannel implements Channel {
    private final HttpServerResponse response;
    private final Context loop;
    private final int unsentBytes;

    /**
     * A channel to a client.
     *
     * @param unsentBytes that may wait in its socket
     */
    PlainChannel(HttpServerResponse response, Context loop, int unsentBytes) {
        this.response = response;
        this.loop = loop;
        this.unsentBytes = unsentBytes;
    }

    @Override
    public void whenGone(Runnable gone) {
        response.closeHandler(nothing -> gone.run());
        response.endHandler(nothing -> gone.run());
        response.exceptionHandler(failure -> gone.run());
        if (response.closed()) {
            loop.runOnContext(nothing -> gone.run());
        }
    }

    @Override
    public void open() {
        response.setChunked(true)
                .setWriteQueueMaxSize(unsentBytes)
                .putHeader("content-type", "text/event-stream")
                .putHeader("cache-control", "no-cache, no-transform")
                .putHeader("vary", "Accept")
                .putHeader("x-accel-buffering", "no");
    }

    @Override
    public boolean isFull() {
        return response.writeQueueFull();
    }

    @Override
    public void whenRoom(Runnable room) {
        response.drainHandler(nothing -> {
            response.drainHandler(null);
            room.run();
        });
    }

    @Override
    public void write(Frame frame) {
        response.write(Buffer.buffer(frame.bytes()));
    }

    @Override
    public Future<Void> end() {
        return response.end();
    }

    @Override
    public void cut() {
        response.reset();
    }

    @Override
    public void nothingMore() {
        response.setStatusCode(204).putHeader("vary", "Accept").end();
    }
}
