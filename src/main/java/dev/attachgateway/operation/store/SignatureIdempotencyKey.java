package dev.attachgateway.operation.store;

/**
 * The idempotency key of a signed write without a key: its signature, so that a replay of the signed request by any client
 * leads to the same operation. The caller did not choose it, so the rules for a request without a key apply otherwise.
 */
public final class SignatureIdempotencyKey {
    /** The prefix of these keys. A key from a header cannot contain the tab. */
    public static final String PREFIX = "signature\t";

    private SignatureIdempotencyKey() {}

    /**
     * The key of a signed request.
     *
     * @param fingerprint unique to the signed request
     */
    public static String of(String fingerprint) {
        return PREFIX + fingerprint;
    }

    /** Whether the key was derived from a signature. */
    public static boolean isSignatureKey(String key) {
        return key.startsWith(PREFIX);
    }
}
