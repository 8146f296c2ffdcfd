package dev.attachgateway.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * The hash of a seal while it is made: SHA-256, or HMAC-SHA256 with a key, of the line {@code seal NUMBER TIME LINES KEY
 * PREVIOUS} ({@code -} for no key) and of a line for the digest of each line that it covers, in their order.
 */
final class SealHash {
    private final @Nullable Mac keyed;
    private final MessageDigest plain = LineDigest.sha256();

    private SealHash(@Nullable Mac keyed) {
        this.keyed = keyed;
    }

    /** Begins with all that the seal says of itself but its hash. */
    static SealHash of(Seal seal, @Nullable SealKey key) {
        var hash = new SealHash(key == null ? null : key.mac());
        var name = key == null ? "-" : key.name();
        hash.update("seal " + seal.number() + " " + seal.sealedAt() + " " + seal.lines() + " " + name + " "
                + seal.previous());
        return hash;
    }

    /** The next line it covers. */
    void add(String digest) {
        update(digest);
    }

    String hex() {
        return HexFormat.of().formatHex(keyed == null ? plain.digest() : keyed.doFinal());
    }

    private void update(String line) {
        var bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        if (keyed == null) {
            plain.update(bytes);
        } else {
            keyed.update(bytes);
        }
    }
}
