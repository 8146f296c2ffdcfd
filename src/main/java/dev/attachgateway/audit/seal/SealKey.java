package dev.attachgateway.audit.seal;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A secret key for seals, so that write access to the tables is not enough to forge one. */
public final class SealKey {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int NAME_LENGTH = 16;

    private final SecretKeySpec secret;
    private final String name;

    SealKey(String secret) {
        this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
        var nameMac = mac().doFinal("name".getBytes(StandardCharsets.UTF_8));
        this.name = HexFormat.of().formatHex(nameMac).substring(0, NAME_LENGTH);
    }

    /** The key's name: derived from the secret with HMAC, without disclosing it. */
    public String name() {
        return name;
    }

    Mac mac() {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e); // every JDK has it, and it takes any key
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
