package dev.attachgateway.stream.channel;

import dev.attachgateway.stream.sse.SseFrame;
import io.netty.channel.ChannelFutureListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;

/** Writes to the server's own response, whatever protocol and encryption is below it. */
final class HttpResponseChannel implements StreamChannel {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context loop;
    private final int unsentBytes;

    /**
     * A channel to a client.
     *
     * @param unsentBytes that may wait in its socket
     */
    HttpResponseChannel(HttpServerRequest request, Context loop, int unsentBytes) {
        this.request = request;
        this.response = request.response();
        this.loop = loop;
        this.unsentBytes = unsentBytes;
    }

    @Override
    public void whenGone(Runnable gone) {
        var told = SseResponseHead.isHttp1(request) && request.connection() instanceof ConnectionBase connection
                ? alsoWhenClosed(connection.channel(), loop, gone)
                : gone;
        response.closeHandler(nothing -> told.run());
        response.endHandler(nothing -> told.run());
        response.exceptionHandler(failure -> told.run());
        if (response.closed()) {
            loop.runOnContext(nothing -> told.run());
        }
    }

    /** The server forgets to tell of it when it holds something behind the request that it could not read. */
    private static Runnable alsoWhenClosed(io.netty.channel.Channel socket, Context loop, Runnable gone) {
        ChannelFutureListener closed = future -> loop.runOnContext(nothing -> gone.run());
        socket.closeFuture().addListener(closed);
        return () -> {
            // The connection may outlive an answer that is no stream.
            socket.closeFuture().removeListener(closed);
            gone.run();
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
    public void whenRoom(Runnable room) {
        response.drainHandler(nothing -> {
            response.drainHandler(null);
            room.run();
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
    public void cut() {
        if (SseResponseHead.isHttp1(request) && request.connection() instanceof ConnectionBase connection) {
            // A reset waits for what was written before, and a client that does not read would keep it all.
            var socket = connection.channel();
            socket.unsafe().close(socket.voidPromise());
        } else {
            response.reset();
        }
    }

    @Override
    public void nothingMore() {
        response.setStatusCode(204).putHeader("vary", "Accept").end();
    }
}
