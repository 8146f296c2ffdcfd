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
 * The sockets on which this replica accepts the connections of callers. The server closes them together with every
 * connection; a stop needs to close them first, so they are known from the connections that they accepted.
 */
@ApplicationScoped
public class ServerSockets {
    private static final Logger LOG = Logger.getLogger(ServerSockets.class);
    private static final int BEFORE_ALL_ELSE = 1_000;

    private final Set<Channel> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    void register(@Observes Filters filters) {
        filters.register(this::note, BEFORE_ALL_ELSE);
    }

    private void note(RoutingContext exchange) {
        if (exchange.request().connection() instanceof ConnectionBase connection
                && connection.channel().parent() instanceof ServerChannel socket
                && sockets.add(socket)
                && closed) {
            close(socket);
        }
        exchange.next();
    }

    /**
     * From here on, whoever connects is refused, and tries another replica. A live reload is no stop: the server keeps its
     * sockets over it and never opens them again.
     */
    public void close() {
        if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
            accept(true);
            return;
        }
        closed = true;
        sockets.forEach(ServerSockets::close);
    }

    /** Whether whoever connects is let in, or waits in the system's queue. */
    void accept(boolean now) {
        sockets.forEach(socket -> socket.config().setAutoRead(now));
    }

    private static void close(Channel socket) {
        var _ = socket.close()
                .addListener(done -> LOG.debugf("accepts no more connections: address=%s", socket.localAddress()));
    }
}
