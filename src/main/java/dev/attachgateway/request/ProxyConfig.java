package dev.attachgateway.request;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** Proxies in front of this gateway. */
@ConfigMapping(prefix = "access")
interface ProxyConfig {
    /**
     * Networks (CIDR) of the proxies that are trusted to report the client's address; none by default.
     *
     * @return networks in CIDR notation
     */
    Optional<List<String>> trustedProxies();

    /** The header in which the proxies report the client's address. */
    @WithDefault("x-forwarded-for")
    ForwardingHeader forwardingHeader();
}
