package dev.attachgateway.access;

import java.time.Instant;
import java.util.Optional;

/**
 * The permission to go on telling a caller things after its request was let in.
 *
 * @param until when the caller's credential stops counting
 */
public record Licence(Right right, Instant until) {
    /** Whether the credential has ended. */
    public boolean isOver(Instant now) {
        return !now.isBefore(until);
    }

    /**
     * What the caller was let see. Those that are equal are answered the same.
     *
     * @param projectId in lower case
     * @param sight what of it
     * @param rests what the caller's credential rests on, where that can be taken back
     */
    public record Right(Caller caller, String projectId, Sight sight, Optional<Revocable> rests) {
        /** The same of a credential that only time ends. */
        public Right(Caller caller, String projectId, Sight sight) {
            this(caller, projectId, sight, Optional.empty());
        }
    }

    /** What the policy says of a right by now. */
    public enum Verdict {
        HOLDS,
        /** Something that was seen may not be seen any more. */
        WITHDRAWN,
        /** The policy could not find out. */
        UNDECIDED
    }
}
