package dev.attachgateway.access;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.authentication.RevocationHandle;
import dev.attachgateway.access.policy.ReadScope;
import java.time.Instant;
import java.util.Optional;

/**
 * The authorization to keep sending events to a caller after its request was authorized.
 *
 * @param expiresAt when the caller's credential expires
 */
public record StreamAuthorization(Entitlement entitlement, Instant expiresAt) {
    /** Whether the credential has expired. */
    public boolean isExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    /**
     * The read scope that the caller was granted. Equal entitlements have the same status.
     *
     * @param projectId in lower case
     * @param readScope the resources of the project that the caller may read
     * @param revocationHandle of the caller's credential, where that can be revoked
     */
    public record Entitlement(
            Caller caller, String projectId, ReadScope readScope, Optional<RevocationHandle> revocationHandle) {
        /** The entitlement of a credential that cannot be revoked before it expires. */
        public Entitlement(Caller caller, String projectId, ReadScope readScope) {
            this(caller, projectId, readScope, Optional.empty());
        }
    }

    /** The current status of an entitlement. */
    public enum AuthorizationStatus {
        VALID,
        /** The caller may no longer read part of the scope, or its credential was revoked. */
        REVOKED,
        /** The policy could not decide. */
        UNDECIDED
    }
}
