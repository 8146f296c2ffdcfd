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
 * Resolves the client's address: the peer's, or the one that the operator's proxies report. Each proxy appends its peer on the
 * right, so the list is read from the right, and only as far as trusted proxies wrote it.
 */
@Startup
@Singleton
public final class ClientAddressResolver {
    static final String UNKNOWN = "unknown";
    private static final String CONTEXT_KEY = ClientAddressResolver.class.getName();

    /** More than any real chain of proxies has. */
    private static final int MAX_HOPS = 16;

    private final TrustedProxies trustedProxies;
    private final ForwardingHeader forwardingHeader;

    @Inject
    ClientAddressResolver(ProxyConfig config) {
        this(config.trustedProxies().orElse(List.of()), config.forwardingHeader());
    }

    ClientAddressResolver(List<String> trustedNetworks, ForwardingHeader forwardingHeader) {
        this.trustedProxies = TrustedProxies.of(trustedNetworks);
        this.forwardingHeader = forwardingHeader;
    }

    /** The numeric address, or {@value #UNKNOWN}; resolved once for an exchange. */
    public String resolve(RoutingContext exchange) {
        String resolved = exchange.get(CONTEXT_KEY);
        if (resolved == null) {
            // The connection's address: filters may have overridden the one of the request.
            SocketAddress peer = exchange.request().connection().remoteAddress();
            resolved = resolve(
                    peer == null ? null : peer.hostAddress(),
                    exchange.request().headers().getAll(forwardingHeader.headerName()));
            exchange.put(CONTEXT_KEY, resolved);
        }
        return resolved;
    }

    String resolve(@Nullable String peer, List<String> forwarded) {
        return NetworkPrefix.parseAddress(peer)
                .map(address -> NetUtil.toAddressString(findClientAddress(address, forwarded)))
                .orElse(UNKNOWN);
    }

    private InetAddress findClientAddress(InetAddress peer, List<String> forwarded) {
        InetAddress client = peer;
        if (!trustedProxies.contains(client)) {
            return client;
        }
        String unread = String.join(",", forwarded);
        for (int hops = 0; hops < MAX_HOPS && trustedProxies.contains(client) && !unread.isEmpty(); hops++) {
            int comma = unread.lastIndexOf(',');
            Optional<InetAddress> previous =
                    forwardingHeader.parseAddress(unread.substring(comma + 1)).flatMap(NetworkPrefix::parseAddress);
            if (previous.isEmpty()) {
                break;
            }
            client = previous.get();
            unread = unread.substring(0, Math.max(comma, 0));
        }
        return client;
    }
}
