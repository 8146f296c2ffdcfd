package dev.attachgateway.audit.seal;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A secret that seals are made with, so that whoever can write the tables still cannot make one. */
public final class SealKey {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int NAME_LENGTH = 16;

    private final SecretKeySpec secret;
    private final String name;

    SealKey(String secret) {
        this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
        var sum = mac().doFinal("name".getBytes(StandardCharsets.UTF_8));
        this.name = HexFormat.of().formatHex(sum).substring(0, NAME_LENGTH);
    }

    /** Made from the secret, and tells nothing about it. */
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
