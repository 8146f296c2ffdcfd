package dev.attachgateway.access;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The network a peer's address lies in: coarse enough to count by, and nobody's personal data. */
final class Network {
    private static final int V4_PREFIX = 24;
    private static final int V6_PREFIX = 48;

    private Network() {}

    static String of(@Nullable String address) {
        byte[] bytes = address == null ? null : NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            return "unknown";
        }
        int prefix = bytes.length == 4 ? V4_PREFIX : V6_PREFIX;
        Arrays.fill(bytes, prefix / Byte.SIZE, bytes.length, (byte) 0);
        try {
            return NetUtil.toAddressString(InetAddress.getByAddress(bytes)) + "/" + prefix;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address has 4 or 16 bytes.", e);
        }
    }
}
