package dev.attachgateway.attach;

import java.util.Optional;
import java.util.UUID;

/** Another operation that is not finished has the disk. */
public class DiskReserved extends RuntimeException {
    private final transient Optional<UUID> holder;

    DiskReserved(Optional<UUID> holder) {
        super("the disk is reserved by another operation");
        this.holder = holder;
    }

    /** That operation, when the caller may see it. */
    public Optional<UUID> holder() {
        return holder;
    }
}
