package dev.attachgateway.access.authentication;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** A secret that says nothing by itself, 256 random bits; what it is good for stands in the database, under its hash. */
public final class OpaqueToken {
    private static final Pattern FORMAT = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    private final String text;

    private OpaqueToken(String text) {
        this.text = text;
    }

    /** A new one. */
    public static OpaqueToken generate() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new OpaqueToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** What somebody presents as one; empty when it has not even the form. */
    public static Optional<OpaqueToken> parse(String text) {
        return FORMAT.matcher(text).matches() ? Optional.of(new OpaqueToken(text)) : Optional.empty();
    }

    /** SHA-256, under which it is kept: it has too much randomness to be guessed from that. */
    public byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    /** The secret itself, for whoever it was made for. */
    public String reveal() {
        return text;
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "OpaqueToken";
    }
}
