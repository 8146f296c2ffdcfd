package dev.attachgateway.access;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The network a client's address lies in: coarse enough to count by, and nobody's personal data. */
final class Network {
    private static final int V4_PREFIX = 24;
    private static final int V6_PREFIX = 48;

    private Network() {}

    static String of(@Nullable String address) {
        return parse(address)
                .map(parsed -> {
                    byte[] bytes = parsed.getAddress();
                    int prefix = bytes.length == 4 ? V4_PREFIX : V6_PREFIX;
                    Arrays.fill(bytes, prefix / Byte.SIZE, bytes.length, (byte) 0);
                    return NetUtil.toAddressString(address(bytes)) + "/" + prefix;
                })
                .orElse("unknown");
    }

    /** An address in figures, never a name, which somebody would have to be asked for; IPv4 within IPv6 is IPv4. */
    static Optional<InetAddress> parse(@Nullable String text) {
        return Optional.ofNullable(text)
                .map(NetUtil::createByteArrayFromIpAddressString)
                .map(Network::address);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address has 4 or 16 bytes.", e);
        }
    }
}
