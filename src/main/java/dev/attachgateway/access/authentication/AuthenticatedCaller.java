package dev.attachgateway.access.authentication;

import java.time.Instant;
import java.util.Optional;

/**
 * An authenticated caller with the lifetime of its credential.
 *
 * @param expiresAt the end of the credential's validity: a token's {@code exp} plus the accepted clock skew, or a signature's
 *     date plus its maximum age
 * @param revocationHandle present when the credential can be revoked before it expires
 * @param signatureFingerprint a hash of the request signature: equal for replays of one request, different for every other
 *     request
 */
public record AuthenticatedCaller(
        Caller caller,
        Instant expiresAt,
        Optional<RevocationHandle> revocationHandle,
        Optional<String> signatureFingerprint) {
    /** A credential that cannot be revoked and that any number of requests may carry. */
    public AuthenticatedCaller(Caller caller, Instant expiresAt) {
        this(caller, expiresAt, Optional.empty(), Optional.empty());
    }
}
