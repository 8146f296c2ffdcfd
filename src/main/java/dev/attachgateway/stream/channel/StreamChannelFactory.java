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

/** The cheapest channel that there is for a request. */
public final class StreamChannelFactory {
    private static final Logger LOG = Logger.getLogger(StreamChannelFactory.class);

    private StreamChannelFactory() {}

    public static dev.attachgateway.stream.channel.StreamChannel of(
            HttpServerRequest request, Context loop, StreamConfig config) {
        if (!(request.connection() instanceof ConnectionBase connection)) {
            return new HttpResponseChannel(request, loop, config.maxUnsentBytes());
        }
        bound(connection.channel(), config.maxUnsentBytes());
        return config.writePath() == StreamConfig.WritePath.AUTO && canBeTaken(request, connection.channel())
                ? new SocketChannel(request, connection, loop, config.maxUnsentBytes())
                : new HttpResponseChannel(request, loop, config.maxUnsentBytes());
    }

    private static boolean canBeTaken(HttpServerRequest request, Channel socket) {
        return request.version() == HttpVersion.HTTP_1_1
                && !hasBody(request)
                && socket.pipeline().get(VertxHandler.class) != null
                && socket.pipeline().get(SslHandler.class) == null;
    }

    private static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains("content-length") || request.headers().contains("transfer-encoding");
    }

    /** The system would take megabytes for a reader that has stopped, and nobody could tell that it has. */
    private static void bound(Channel socket, long unsentBytes) {
        try {
            socket.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, unsentBytes);
        } catch (ChannelException e) {
            LOG.debugf("a client has left before its stream: %s", e);
        }
    }
}
