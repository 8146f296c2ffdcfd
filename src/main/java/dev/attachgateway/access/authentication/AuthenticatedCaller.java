package dev.attachgateway.access.authentication;

import java.time.Instant;
import java.util.Optional;

/**
 * A credential that was verified.
 *
 * @param expiresAt when it stops counting: of a token its {@code exp} and what clocks may differ by, of a signature what its date
 *     may differ by, as at the verification
 * @param revocationHandle what it rests on, where that can be taken back before
 * @param signatureFingerprint what is the same for the same request alone, however often it is sent: a hash of its signature
 */
public record AuthenticatedCaller(
        Caller caller,
        Instant expiresAt,
        Optional<RevocationHandle> revocationHandle,
        Optional<String> signatureFingerprint) {
    /** A credential that only time ends, and that any number of requests carry. */
    public AuthenticatedCaller(Caller caller, Instant until) {
        this(caller, until, Optional.empty(), Optional.empty());
    }
}
