package dev.attachgateway.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** A secret that opens one stream: 256 random bits. */
final class Ticket {
    /** The query parameter that carries it. */
    static final String PARAMETER = "ticket";

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    private final String text;

    private Ticket(String text) {
        this.text = text;
    }

    /** A new one. */
    static Ticket fresh() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new Ticket(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** What somebody presents as one; empty when it has not even the form. */
    static Optional<Ticket> presented(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new Ticket(text)) : Optional.empty();
    }

    /** SHA-256, under which it is kept: it has too much randomness to be guessed from that. */
    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    /** The secret itself, for whoever it was made for. */
    String reveal() {
        return text;
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "Ticket";
    }
}
