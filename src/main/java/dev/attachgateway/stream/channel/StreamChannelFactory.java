package dev.attachgateway.stream.channel;

import dev.attachgateway.stream.eventlog.StreamConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;
import org.jboss.logging.Logger;

/** Chooses the cheapest channel that a request's connection allows. */
public final class StreamChannelFactory {
    private static final Logger LOG = Logger.getLogger(StreamChannelFactory.class);

    private StreamChannelFactory() {}

    public static StreamChannel of(HttpServerRequest request, Context loop, StreamConfig config) {
        if (!(request.connection() instanceof ConnectionBase connection)) {
            return new HttpResponseChannel(request, loop, config.maxUnsentBytes());
        }
        limitUnsentBytes(connection.channel(), config.maxUnsentBytes());
        return config.writePath() == StreamConfig.WritePath.AUTO && canBeDetached(request, connection.channel())
                ? new SocketChannel(request, connection, loop, config.maxUnsentBytes())
                : new HttpResponseChannel(request, loop, config.maxUnsentBytes());
    }

    private static boolean canBeDetached(HttpServerRequest request, Channel socket) {
        return request.version() == HttpVersion.HTTP_1_1
                && !hasBody(request)
                && socket.pipeline().get(VertxHandler.class) != null
                && socket.pipeline().get(SslHandler.class) == null;
    }

    private static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains("content-length") || request.headers().contains("transfer-encoding");
    }

    /** The operating system would buffer megabytes for a reader that has stopped, which would hide that it has. */
    private static void limitUnsentBytes(Channel socket, long unsentBytes) {
        try {
            socket.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, unsentBytes);
        } catch (ChannelException e) {
            LOG.debugf("client disconnected before its stream opened: %s", e);
        }
    }
}
