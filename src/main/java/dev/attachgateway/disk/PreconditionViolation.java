package dev.attachgateway.disk;

import java.util.Optional;

/**
 * Why a disk may not be attached to a server, or taken off it, as found by looking at both.
 *
 * @param kind what is wrong
 * @param message one sentence for the caller
 */
public record PreconditionViolation(Kind kind, String message) {

    /** In the order in which the first one becomes the answer. */
    public enum Kind {
        SERVER_NOT_FOUND,
        DISK_NOT_FOUND,
        UNSUPPORTED_SERVER_TYPE,
        SERVER_STATE,
        DISK_ALREADY_ATTACHED,
        DISK_IN_USE,
        DISK_STATE,
        DISK_NOT_ATTACHED,
        ROOT_DISK;

        /** Whether it is the server that is wrong, rather than the disk or where it is. */
        public boolean concernsServer() {
            return this == SERVER_NOT_FOUND || this == UNSUPPORTED_SERVER_TYPE || this == SERVER_STATE;
        }
    }

    static Optional<PreconditionViolation> of(Kind kind, String message) {
        return Optional.of(new PreconditionViolation(kind, message));
    }
}
