package dev.attachgateway.stream.channel;

import dev.attachgateway.stream.sse.SseFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes chunks of HTTP/1.1 directly to the socket. The server writes the response head; then the connection is
 * detached from the server, which frees all state that it keeps for a request and its successors, and only the socket
 * and this object remain.
 */
final class SocketChannel implements StreamChannel {
    private static final Logger LOG = Logger.getLogger(SocketChannel.class);
    private static final ByteBuf LAST_CHUNK = Unpooled.unreleasableBuffer(
            Unpooled.directBuffer().writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

    private final io.netty.channel.Channel socket;
    private final Context loop;
    private @Nullable Attached attached;
    private @Nullable Runnable writableCallback;

    /** State needed only until the connection is detached from the server. */
    private record Attached(HttpServerRequest request, HttpResponseChannel server, List<SseFrame> frames) {}

    SocketChannel(HttpServerRequest request, ConnectionBase connection, Context loop, int unsentBytes) {
        this.socket = connection.channel();
        this.loop = loop;
        this.attached = new Attached(request, new HttpResponseChannel(request, loop, unsentBytes), new ArrayList<>());
        socket.config().setWriteBufferWaterMark(new WriteBufferWaterMark(unsentBytes / 2, unsentBytes));
    }

    @Override
    public void onClose(Runnable callback) {
        if (attached != null) {
            attached.server().onClose(callback);
        }
    }

    @Override
    public void open() {
        var detaching = attached;
        if (detaching == null) {
            return;
        }
        detaching.server().open();
        detaching.server().write(SseFrame.of(""));
        // In the next event loop task, after the server has finished the read in progress.
        socket.eventLoop().execute(this::detach);
    }

    private void detach() {
        var detaching = attached;
        if (detaching == null || !socket.isActive()) {
            return;
        }
        attached = null;
        var response = detaching.request().response();
        // The server is about to report the end of the connection, which has not ended.
        response.closeHandler(_ -> {});
        response.endHandler(_ -> {});
        response.exceptionHandler(_ -> {});
        var pipeline = socket.pipeline();
        var server = pipeline.get(VertxHandler.class);
        try {
            // The server drops its state of the connection as if it were closed.
            server.channelInactive(pipeline.context(server));
        } catch (RuntimeException e) {
            // It fails while the server holds bytes after the request that it could not parse.
            LOG.debugf("connection could not be detached from its server: %s", e);
            abort();
            return;
        }
        pipeline.remove(server);
        pipeline.addLast(new DetachedHandler());
        while (pipeline.last() != pipeline.first()) {
            pipeline.removeFirst();
        }
        detaching.frames().forEach(this::write);
    }

    @Override
    public boolean isFull() {
        return !socket.isWritable();
    }

    @Override
    public void onWritable(Runnable callback) {
        this.writableCallback = callback;
    }

    @Override
    public void write(SseFrame frame) {
        if (attached != null) {
            attached.frames().add(frame);
        } else {
            write(frame.chunk());
        }
    }

    private void write(ByteBuf chunk) {
        // Does what the head of the pipeline does for a server's write: there are no handlers to pass and no promise to
        // complete.
        socket.unsafe().write(chunk, socket.voidPromise());
        socket.unsafe().flush();
    }

    @Override
    public Future<Void> end() {
        if (attached != null) {
            var server = attached.server();
            attached.frames().forEach(server::write);
            attached = null;
            return server.end();
        }
        Promise<Void> done = Promise.promise();
        var _ = socket.writeAndFlush(LAST_CHUNK.duplicate())
                .addListener(ChannelFutureListener.CLOSE)
                .addListener(_ -> done.complete());
        return done.future();
    }

    @Override
    public void abort() {
        socket.unsafe().close(socket.voidPromise());
    }

    @Override
    public void sendNoContent() {
        if (attached != null) {
            attached.server().sendNoContent();
        }
    }

    /** The only handler of the detached connection: it discards further input and notices the end of the connection. */
    private final class DetachedHandler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            var waitingCallback = writableCallback;
            if (socket.isWritable() && waitingCallback != null) {
                writableCallback = null;
                loop.runOnContext(_ -> waitingCallback.run());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            socket.unsafe().close(socket.voidPromise());
        }
    }
}
