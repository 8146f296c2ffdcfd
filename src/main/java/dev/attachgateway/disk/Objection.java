package dev.attachgateway.disk;

import java.util.Optional;

/**
 * Why a disk may not be attached to a server, or taken off it, as found by looking at both.
 *
 * @param kind what is wrong
 * @param message one sentence for the caller
 */
public record Objection(Kind kind, String message) {

    /** In the order in which the first one becomes the answer. */
    public enum Kind {
        SERVER_NOT_FOUND,
        DISK_NOT_FOUND,
        SERVER_KIND,
        SERVER_STATE,
        DISK_ALREADY_HERE,
        DISK_IN_USE,
        DISK_STATE,
        DISK_NOT_HERE,
        ROOT_DISK;

        /** Whether it is the server that is wrong, rather than the disk or where it is. */
        public boolean isOfServer() {
            return this == SERVER_NOT_FOUND || this == SERVER_KIND || this == SERVER_STATE;
        }
    }

    static Optional<Objection> of(Kind kind, String message) {
        return Optional.of(new Objection(kind, message));
    }
}
