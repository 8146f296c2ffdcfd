package dev.attachgateway.disk;

import java.util.Optional;

/**
 * The reason why a disk may not be attached to a server or detached from it.
 *
 * @param kind of the violation
 * @param message one sentence for the caller
 */
public record PreconditionViolation(Kind kind, String message) {

    /** In order of precedence: the first violation decides the problem response. */
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

        /** Whether the violation concerns the server, rather than the disk or its location. */
        public boolean concernsServer() {
            return this == SERVER_NOT_FOUND || this == UNSUPPORTED_SERVER_TYPE || this == SERVER_STATE;
        }
    }

    static Optional<PreconditionViolation> of(Kind kind, String message) {
        return Optional.of(new PreconditionViolation(kind, message));
    }
}
