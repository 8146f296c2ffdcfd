package dev.attachgateway.request;

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
public final class ClientAddressResolver {
    static final String UNKNOWN = "unknown";
    private static final String CONTEXT_KEY = ClientAddressResolver.class.getName();

    /** More proxies in a row than anybody has. */
    private static final int MAX_HOPS = 16;

    private final TrustedProxies trustedProxies;
    private final ForwardingHeader forwardingHeader;

    @Inject
    ClientAddressResolver(ProxyConfig config) {
        this(config.trustedProxies().orElse(List.of()), config.forwardingHeader());
    }

    ClientAddressResolver(List<String> trusted, ForwardingHeader header) {
        this.trustedProxies = TrustedProxies.of(trusted);
        this.forwardingHeader = header;
    }

    /** In figures, or {@value #UNKNOWN}; the same for the whole exchange. */
    public String resolve(RoutingContext exchange) {
        String known = exchange.get(CONTEXT_KEY);
        if (known == null) {
            // The connection's, whatever the request was made to say of its peer.
            SocketAddress peer = exchange.request().connection().remoteAddress();
            known = resolve(
                    peer == null ? null : peer.hostAddress(),
                    exchange.request().headers().getAll(forwardingHeader.headerName()));
            exchange.put(CONTEXT_KEY, known);
        }
        return known;
    }

    String resolve(@Nullable String peer, List<String> forwarded) {
        return NetworkPrefix.parseAddress(peer)
                .map(address -> NetUtil.toAddressString(findClientAddress(address, forwarded)))
                .orElse(UNKNOWN);
    }

    private InetAddress findClientAddress(InetAddress peer, List<String> forwarded) {
        InetAddress nearest = peer;
        if (!trustedProxies.contains(nearest)) {
            return nearest;
        }
        String rest = String.join(",", forwarded);
        for (int hops = 0; hops < MAX_HOPS && trustedProxies.contains(nearest) && !rest.isEmpty(); hops++) {
            int comma = rest.lastIndexOf(',');
            Optional<InetAddress> before =
                    forwardingHeader.parseAddress(rest.substring(comma + 1)).flatMap(NetworkPrefix::parseAddress);
            if (before.isEmpty()) {
                break;
            }
            nearest = before.get();
            rest = rest.substring(0, Math.max(comma, 0));
        }
        return nearest;
    }
}
