package dev.attachgateway.stream.channel;

import dev.attachgateway.stream.sse.SseFrame;
import io.netty.channel.ChannelFutureListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;

/** Writes to the HTTP server's own response, independent of protocol version and encryption. */
final class HttpResponseChannel implements StreamChannel {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context loop;
    private final int unsentBytes;

    /**
     * Creates a channel to a client.
     *
     *
     * @param unsentBytes bytes that may wait in its socket
     */
    HttpResponseChannel(HttpServerRequest request, Context loop, int unsentBytes) {
        this.request = request;
        this.response = request.response();
        this.loop = loop;
        this.unsentBytes = unsentBytes;
    }

    @Override
    public void onClose(Runnable callback) {
        var closed = SseResponseHead.isHttp1(request) && request.connection() instanceof ConnectionBase connection
                ? alsoOnSocketClose(connection.channel(), loop, callback)
                : callback;
        response.closeHandler(_ -> closed.run());
        response.endHandler(_ -> closed.run());
        response.exceptionHandler(_ -> closed.run());
        if (response.closed()) {
            loop.runOnContext(_ -> closed.run());
        }
    }

    /** The server does not report the close while it holds bytes after the request that it could not parse. */
    private static Runnable alsoOnSocketClose(io.netty.channel.Channel socket, Context loop, Runnable callback) {
        ChannelFutureListener listener = _ -> loop.runOnContext(_ -> callback.run());
        socket.closeFuture().addListener(listener);
        return () -> {
            // The connection may outlive a response that is not a stream.
            socket.closeFuture().removeListener(listener);
            callback.run();
        };
    }

    @Override
    public void open() {
        response.setWriteQueueMaxSize(unsentBytes);
        SseResponseHead.prepare(request);
    }

    @Override
    public boolean isFull() {
        return response.writeQueueFull();
    }

    @Override
    public void onWritable(Runnable callback) {
        response.drainHandler(_ -> {
            response.drainHandler(null);
            callback.run();
        });
    }

    @Override
    public void write(SseFrame frame) {
        response.write(Buffer.buffer(frame.bytes()));
    }

    @Override
    public Future<Void> end() {
        var ended = response.end();
        return SseResponseHead.isHttp1(request)
                ? ended.eventually(() -> request.connection().close())
                : ended;
    }

    @Override
    public void abort() {
        if (SseResponseHead.isHttp1(request) && request.connection() instanceof ConnectionBase connection) {
            // A reset waits for earlier writes, and a client that does not read would keep them all in memory.
            var socket = connection.channel();
            socket.unsafe().close(socket.voidPromise());
        } else {
            response.reset();
        }
    }

    @Override
    public void sendNoContent() {
        response.setStatusCode(204).putHeader("vary", "Accept").end();
    }
}
