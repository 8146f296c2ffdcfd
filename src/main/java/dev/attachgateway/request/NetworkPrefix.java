package dev.attachgateway.request;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The network of a client's address: coarse enough to count requests by, and not personal data. */
public final class NetworkPrefix {
    private static final int IPV4_PREFIX_LENGTH = 24;
    private static final int IPV6_PREFIX_LENGTH = 48;

    private NetworkPrefix() {}

    /** The /24 (IPv4) or /48 (IPv6) of a numeric address in CIDR notation; {@code unknown} for other text and null. */
    public static String of(@Nullable String address) {
        return parseAddress(address)
                .map(parsed -> {
                    byte[] bytes = parsed.getAddress();
                    int prefixLength = bytes.length == 4 ? IPV4_PREFIX_LENGTH : IPV6_PREFIX_LENGTH;
                    Arrays.fill(bytes, prefixLength / Byte.SIZE, bytes.length, (byte) 0);
                    return NetUtil.toAddressString(toInetAddress(bytes)) + "/" + prefixLength;
                })
                .orElse("unknown");
    }

    /** Parses a numeric address; host names, which would need DNS, are not accepted. IPv4-mapped IPv6 becomes IPv4. */
    static Optional<InetAddress> parseAddress(@Nullable String text) {
        return Optional.ofNullable(text)
                .map(NetUtil::createByteArrayFromIpAddressString)
                .map(NetworkPrefix::toInetAddress);
    }

    private static InetAddress toInetAddress(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address has 4 or 16 bytes.", e);
        }
    }
}
