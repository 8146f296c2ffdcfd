package dev.attachgateway.operation.store;

/**
 * The idempotency key of a write that is signed and brings none: its signature, so that the same signed request is the same
 * operation, whoever sends it again. It is no key of the caller's own: the caller meant none, so what holds for a request
 * without a key holds for this one.
 */
public final class SignatureIdempotencyKey {
    /** No key that comes in a header has a tab. */
    public static final String PREFIX = "signature\t";

    private SignatureIdempotencyKey() {}

    /**
     * The key.
     *
     * @param fingerprint the same for the same signed request alone
     */
    public static String of(String fingerprint) {
        return PREFIX + fingerprint;
    }

    public static boolean isSignatureKey(String key) {
        return key.startsWith(PREFIX);
    }
}
