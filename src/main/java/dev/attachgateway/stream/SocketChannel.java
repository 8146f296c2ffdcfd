package dev.attachgateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes chunks of HTTP/1.1 straight to the socket. The server writes the head; then the connection is taken from it, with
 * all that it kept for a request and its next ones, and what is left is the socket and this.
 */
final class SocketChannel implements Channel {
    private static final ByteBuf LAST_CHUNK = Unpooled.unreleasableBuffer(
            Unpooled.directBuffer().writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

    private final io.netty.channel.Channel socket;
    private final Context loop;
    private @Nullable Untaken untaken;
    private Runnable gone = () -> {};
    private @Nullable Runnable room;

    /** What is only needed until the connection is taken from the server. */
    private record Untaken(HttpServerRequest request, PlainChannel server, List<Frame> frames) {}

    private SocketChannel(HttpServerRequest request, ConnectionBase connection, Context loop, int unsentBytes) {
        this.socket = connection.channel();
        this.loop = loop;
        this.untaken = new Untaken(request, new PlainChannel(request, loop, unsentBytes), new ArrayList<>());
        socket.config().setWriteBufferWaterMark(new WriteBufferWaterMark(unsentBytes / 2, unsentBytes));
    }

    /** The cheapest channel that there is for a request. */
    static Channel of(HttpServerRequest request, Context loop, StreamConfig config) {
        if (request.connection() instanceof ConnectionBase connection) {
            // The system would take megabytes for a reader that has stopped, and nobody could tell that it has.
            connection.channel().config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) config.unsentBytes());
        }
        return config.writePath() == StreamConfig.WritePath.AUTO
                        && request.version() == HttpVersion.HTTP_1_1
                        && !hasBody(request)
                        && request.connection() instanceof ConnectionBase connection
                        && connection.channel().pipeline().get(VertxHandler.class) != null
                        && connection.channel().pipeline().get(SslHandler.class) == null
                ? new SocketChannel(request, connection, loop, config.unsentBytes())
                : new PlainChannel(request, loop, config.unsentBytes());
    }

    private static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains("content-length") || request.headers().contains("transfer-encoding");
    }

    @Override
    public void whenGone(Runnable gone) {
        this.gone = gone;
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
        taken.server().write(Frame.of(""));
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
        // The server forgets the connection as if it were closed.
        server.channelInactive(pipeline.context(server));
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
    public void write(Frame frame) {
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
        public void channelInactive(ChannelHandlerContext context) {
            loop.runOnContext(nothing -> gone.run());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            socket.unsafe().close(socket.voidPromise());
        }
    }
}
