package dev.attachgateway.audit.seal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * The incremental hash of a seal: SHA-256, or HMAC-SHA256 with a key, over the line {@code seal NUMBER TIME LINES KEY
 * PREVIOUS} ({@code -} for no key) and one line with the digest of each covered entry, in their order.
 */
public final class SealHash {
    private final @Nullable Mac mac;
    private final MessageDigest messageDigest = AuditEntryDigest.sha256();

    private SealHash(@Nullable Mac mac) {
        this.mac = mac;
    }

    /** Starts with the fields of the seal except its hash. */
    public static SealHash of(Seal seal, @Nullable SealKey key) {
        var hash = new SealHash(key == null ? null : key.mac());
        var name = key == null ? "-" : key.name();
        hash.update("seal " + seal.number() + " " + seal.sealedAt() + " " + seal.entryCount() + " " + name + " "
                + seal.previousHash());
        return hash;
    }

    /** Adds the digest of the next covered entry. */
    public void add(String digest) {
        update(digest);
    }

    /** Completes the hash, in hexadecimal. */
    public String hex() {
        return HexFormat.of().formatHex(mac == null ? messageDigest.digest() : mac.doFinal());
    }

    private void update(String line) {
        var bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        if (mac == null) {
            messageDigest.update(bytes);
        } else {
            mac.update(bytes);
        }
    }
}
