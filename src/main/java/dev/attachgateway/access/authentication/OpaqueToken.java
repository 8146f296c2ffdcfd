package dev.attachgateway.access.authentication;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** A secret of 256 random bits without content; the database stores its meaning under its hash. */
public final class OpaqueToken {
    private static final Pattern FORMAT = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    private final String text;

    private OpaqueToken(String text) {
        this.text = text;
    }

    /** Generates a new token. */
    public static OpaqueToken generate() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new OpaqueToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Parses a presented token; empty when its format is wrong. */
    public static Optional<OpaqueToken> parse(String text) {
        return FORMAT.matcher(text).matches() ? Optional.of(new OpaqueToken(text)) : Optional.empty();
    }

    /** The SHA-256 hash that is stored; with 256 bits of entropy the token cannot be guessed from it. */
    public byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available.", e);
        }
    }

    /** The secret itself, for the response to its owner. */
    public String reveal() {
        return text;
    }

    /** Does not contain the secret. */
    @Override
    public String toString() {
        return "OpaqueToken";
    }
}
