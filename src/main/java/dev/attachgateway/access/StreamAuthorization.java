package dev.attachgateway.access;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.authentication.RevocationHandle;
import dev.attachgateway.access.policy.ReadScope;
import java.time.Instant;
import java.util.Optional;

/**
 * The permission to go on telling a caller things after its request was let in.
 *
 * @param expiresAt when the caller's credential stops counting
 */
public record StreamAuthorization(Entitlement entitlement, Instant expiresAt) {
    /** Whether the credential has ended. */
    public boolean isExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    /**
     * What the caller was let see. Those that are equal are answered the same.
     *
     * @param projectId in lower case
     * @param readScope what of it
     * @param revocationHandle what the caller's credential rests on, where that can be taken back
     */
    public record Entitlement(
            Caller caller, String projectId, ReadScope readScope, Optional<RevocationHandle> revocationHandle) {
        /** The same of a credential that only time ends. */
        public Entitlement(Caller caller, String projectId, ReadScope sight) {
            this(caller, projectId, sight, Optional.empty());
        }
    }

    /** What the policy says of a right by now. */
    public enum AuthorizationStatus {
        VALID,
        /** Something that was seen may not be seen any more. */
        REVOKED,
        /** The policy could not find out. */
        UNDECIDED
    }
}
