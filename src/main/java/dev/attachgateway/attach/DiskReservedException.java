package dev.attachgateway.attach;

import java.util.Optional;
import java.util.UUID;

/** Another operation that is not finished has the disk. */
public class DiskReservedException extends RuntimeException {
    private final transient Optional<UUID> holderId;

    DiskReservedException(Optional<UUID> holder) {
        super("the disk is reserved by another operation");
        this.holderId = holder;
    }

    /** That operation, when the caller may see it. */
    public Optional<UUID> holderId() {
        return holderId;
    }
}
