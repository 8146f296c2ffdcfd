package dev.attachgateway.request;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The networks of the proxies that are trusted to report the client's address. */
final class TrustedProxies {
    private static final int IPV6_BITS = 128;

    /** The largest networks of a single organisation are 10.0.0.0/8, and a /16 of IPv6. */
    private static final int MIN_IPV4_PREFIX_LENGTH = 8;

    private static final int MIN_IPV6_PREFIX_LENGTH = 16;

    private static final Pattern CIDR = Pattern.compile("([\\p{XDigit}:.]+)(?:/(\\d{1,3}))?");

    private final List<IpSubnetFilterRule> networks;

    private TrustedProxies(List<IpSubnetFilterRule> networks) {
        this.networks = networks;
    }

    /**
     * Parses the configured networks.
     *
     * @param networks addresses, each with or without a prefix length
     * @throws ConfigurationException when one is malformed, or larger than a single organisation's network
     */
    static TrustedProxies of(List<String> networks) {
        return new TrustedProxies(networks.stream()
                .map(String::strip)
                .map(TrustedProxies::parseNetwork)
                .toList());
    }

    boolean contains(InetAddress address) {
        var peer = new InetSocketAddress(address, 0);
        return networks.stream().anyMatch(network -> network.matches(peer));
    }

    private static IpSubnetFilterRule parseNetwork(String text) {
        Matcher cidr = CIDR.matcher(text);
        InetAddress address =
                cidr.matches() ? NetworkPrefix.parseAddress(cidr.group(1)).orElse(null) : null;
        if (address == null) {
            throw invalidNetwork(text, "is neither an address nor a network such as 10.0.0.0/8 or 2001:db8::/32");
        }
        int addressBits = address.getAddress().length * Byte.SIZE;
        int prefixLength = cidr.group(2) == null ? addressBits : Integer.parseInt(cidr.group(2));
        if (prefixLength > addressBits) {
            throw invalidNetwork(text, "has a prefix longer than the address");
        }
        if (prefixLength < (addressBits == IPV6_BITS ? MIN_IPV6_PREFIX_LENGTH : MIN_IPV4_PREFIX_LENGTH)) {
            throw invalidNetwork(
                    text, "is larger than a single organisation's network, so clients could forge their address");
        }
        return new IpSubnetFilterRule(address, prefixLength, IpFilterRuleType.ACCEPT);
    }

    private static ConfigurationException invalidNetwork(String text, String reason) {
        return new ConfigurationException("access.trusted-proxies: '" + text + "' " + reason + ".");
    }
}
