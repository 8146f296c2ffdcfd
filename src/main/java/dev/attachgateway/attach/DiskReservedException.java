package dev.attachgateway.attach;

import java.util.Optional;
import java.util.UUID;

/** Another unfinished operation has reserved the disk. */
public class DiskReservedException extends RuntimeException {
    private final transient Optional<UUID> holderId;

    DiskReservedException(Optional<UUID> holderId) {
        super("the disk is reserved by another operation");
        this.holderId = holderId;
    }

    /** The id of that operation, when the caller may read it. */
    public Optional<UUID> holderId() {
        return holderId;
    }
}
