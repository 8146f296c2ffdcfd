package dev.attachgateway.stream.channel;

import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * The sockets on which this replica accepts client connections. The server closes them only together with every
 * connection; a shutdown needs to close them first, so they are discovered from the connections that they accepted.
 */
@ApplicationScoped
public class ServerSockets {
    private static final Logger LOG = Logger.getLogger(ServerSockets.class);
    private static final int FILTER_PRIORITY = 1_000;

    private final Set<Channel> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    void register(@Observes Filters filters) {
        filters.register(this::registerSocket, FILTER_PRIORITY);
    }

    private void registerSocket(RoutingContext exchange) {
        if (exchange.request().connection() instanceof ConnectionBase connection
                && connection.channel().parent() instanceof ServerChannel socket
                && sockets.add(socket)
                && closed) {
            close(socket);
        }
        exchange.next();
    }

    /**
     * Closes the listening sockets: new connections are refused, and their clients try another replica. A live reload
     * is not a shutdown: the server keeps its sockets over it and never opens them again.
     */
    public void close() {
        if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
            setAccepting(true);
            return;
        }
        closed = true;
        sockets.forEach(ServerSockets::close);
    }

    /** Accepts new connections, or leaves them waiting in the operating system's queue. */
    void setAccepting(boolean accepting) {
        sockets.forEach(socket -> socket.config().setAutoRead(accepting));
    }

    private static void close(Channel socket) {
        var _ = socket.close()
                .addListener(_ -> LOG.debugf("closed listening socket: address=%s", socket.localAddress()));
    }
}
