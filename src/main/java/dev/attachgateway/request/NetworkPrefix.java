package dev.attachgateway.request;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The network a client's address lies in: coarse enough to count by, and nobody's personal data. */
public final class NetworkPrefix {
    private static final int IPV4_PREFIX_LENGTH = 24;
    private static final int IPV6_PREFIX_LENGTH = 48;

    private NetworkPrefix() {}

    public static String of(@Nullable String address) {
        return parseAddress(address)
                .map(parsed -> {
                    byte[] bytes = parsed.getAddress();
                    int prefix = bytes.length == 4 ? IPV4_PREFIX_LENGTH : IPV6_PREFIX_LENGTH;
                    Arrays.fill(bytes, prefix / Byte.SIZE, bytes.length, (byte) 0);
                    return NetUtil.toAddressString(toInetAddress(bytes)) + "/" + prefix;
                })
                .orElse("unknown");
    }

    /** An address in figures, never a name, which somebody would have to be asked for; IPv4 within IPv6 is IPv4. */
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
