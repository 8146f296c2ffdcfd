package dev.attachgateway.access;

import io.netty.util.NetUtil;
import io.quarkus.runtime.Startup;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The address a request comes from: the peer's, or whom the operator's proxies speak for. Each proxy adds to the right who
 * came to it, so the list is read from there, and no further than it is written by those who are trusted.
 */
@Startup
@Singleton
final class ClientAddress {
    static final String UNKNOWN = "unknown";
    private static final String KEY = ClientAddress.class.getName();

    /** More proxies in a row than anybody has. */
    private static final int MOST_HOPS = 16;

    private final TrustedProxies trusted;
    private final ForwardingHeader header;

    @Inject
    ClientAddress(AccessConfig config) {
        this(config.trustedProxies().orElse(List.of()), config.forwardingHeader());
    }

    ClientAddress(List<String> trusted, ForwardingHeader header) {
        this.trusted = TrustedProxies.of(trusted);
        this.header = header;
    }

    /** In figures, or {@value #UNKNOWN}; the same for the whole exchange. */
    String of(RoutingContext exchange) {
        String known = exchange.get(KEY);
        if (known == null) {
            // The connection's, whatever the request was made to say of its peer.
            SocketAddress peer = exchange.request().connection().remoteAddress();
            known = of(
                    peer == null ? null : peer.hostAddress(),
                    exchange.request().headers().getAll(header.header()));
            exchange.put(KEY, known);
        }
        return known;
    }

    String of(@Nullable String peer, List<String> forwarded) {
        return Network.parse(peer)
                .map(address -> NetUtil.toAddressString(origin(address, forwarded)))
                .orElse(UNKNOWN);
    }

    private InetAddress origin(InetAddress peer, List<String> forwarded) {
        InetAddress nearest = peer;
        if (!trusted.has(nearest)) {
            return nearest;
        }
        String rest = String.join(",", forwarded);
        for (int hops = 0; hops < MOST_HOPS && trusted.has(nearest) && !rest.isEmpty(); hops++) {
            int comma = rest.lastIndexOf(',');
            Optional<InetAddress> before =
                    header.address(rest.substring(comma + 1)).flatMap(Network::parse);
            if (before.isEmpty()) {
                break;
            }
            nearest = before.get();
            rest = rest.substring(0, Math.max(comma, 0));
        }
        return nearest;
    }
}
