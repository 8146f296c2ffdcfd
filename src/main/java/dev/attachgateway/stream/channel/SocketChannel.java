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
 * Writes chunks of HTTP/1.1 straight to the socket. The server writes the head; then the connection is taken from it, with
 * all that it kept for a request and its next ones, and what is left is the socket and this.
 */
final class SocketChannel implements StreamChannel {
    private static final Logger LOG = Logger.getLogger(SocketChannel.class);
    private static final ByteBuf LAST_CHUNK = Unpooled.unreleasableBuffer(
            Unpooled.directBuffer().writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

    private final io.netty.channel.Channel socket;
    private final Context loop;
    private @Nullable Untaken untaken;
    private @Nullable Runnable room;

    /** What is only needed until the connection is taken from the server. */
    private record Untaken(HttpServerRequest request, HttpResponseChannel server, List<SseFrame> frames) {}

    SocketChannel(HttpServerRequest request, ConnectionBase connection, Context loop, int unsentBytes) {
        this.socket = connection.channel();
        this.loop = loop;
        this.untaken = new Untaken(request, new HttpResponseChannel(request, loop, unsentBytes), new ArrayList<>());
        socket.config().setWriteBufferWaterMark(new WriteBufferWaterMark(unsentBytes / 2, unsentBytes));
    }

    @Override
    public void whenGone(Runnable gone) {
        if (untaken != null) {
            untaken.server().whenGone(gone);
        }
    }

    @Override
    public void open() {
        var taken = untaken;
        if (taken == null) {
            return;
        }
        taken.server().open();
        taken.server().write(SseFrame.of(""));
        // On the next turn, when the server is done with what it was just reading.
        socket.eventLoop().execute(this::take);
    }

    private void take() {
        var taken = untaken;
        if (taken == null || !socket.isActive()) {
            return;
        }
        untaken = null;
        var response = taken.request().response();
        // What the server is about to take for the end of the connection is none.
        response.closeHandler(nothing -> {});
        response.endHandler(nothing -> {});
        response.exceptionHandler(failure -> {});
        var pipeline = socket.pipeline();
        var server = pipeline.get(VertxHandler.class);
        try {
            // The server forgets the connection as if it were closed.
            server.channelInactive(pipeline.context(server));
        } catch (RuntimeException e) {
            // It does not bear to be told so while it holds something behind the request that it could not read.
            LOG.debugf("a connection could not be taken from its server: %s", e);
            cut();
            return;
        }
        pipeline.remove(server);
        pipeline.addLast(new Rest());
        while (pipeline.last() != pipeline.first()) {
            pipeline.removeFirst();
        }
        taken.frames().forEach(this::write);
    }

    @Override
    public boolean isFull() {
        return !socket.isWritable();
    }

    @Override
    public void whenRoom(Runnable room) {
        this.room = room;
    }

    @Override
    public void write(SseFrame frame) {
        if (untaken != null) {
            untaken.frames().add(frame);
        } else {
            write(frame.chunk());
        }
    }

    private void write(ByteBuf chunk) {
        // What writes from the end of the pipeline does for a server is done here: there are no handlers, and nobody to
        // tell.
        socket.unsafe().write(chunk, socket.voidPromise());
        socket.unsafe().flush();
    }

    @Override
    public Future<Void> end() {
        if (untaken != null) {
            var server = untaken.server();
            untaken.frames().forEach(server::write);
            untaken = null;
            return server.end();
        }
        Promise<Void> done = Promise.promise();
        var _ = socket.writeAndFlush(LAST_CHUNK.duplicate())
                .addListener(ChannelFutureListener.CLOSE)
                .addListener(written -> done.complete());
        return done.future();
    }

    @Override
    public void cut() {
        socket.unsafe().close(socket.voidPromise());
    }

    @Override
    public void nothingMore() {
        if (untaken != null) {
            untaken.server().nothingMore();
        }
    }

    /** What is left of the connection's handlers: nothing that still comes is read, and its end is noticed. */
    private final class Rest extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            var waiting = room;
            if (socket.isWritable() && waiting != null) {
                room = null;
                loop.runOnContext(nothing -> waiting.run());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            socket.unsafe().close(socket.voidPromise());
        }
    }
}
