package dev.attachgateway.disk;

import java.util.Optional;

/** Where a disk is according to the cloud, relative to one server. */
public enum DiskLocation {
    /** Attached to this server. */
    ON_THIS_SERVER,
    /** Attached to no server. */
    NOT_ATTACHED,
    /** Attached to another server, and not to this one. */
    ON_OTHER_SERVER,
    /** The disk exists and the server does not. */
    SERVER_NOT_FOUND,
    /** The disk does not exist. */
    DISK_NOT_FOUND,
    /** The disk is attaching or detaching, or EVS and the server contradict each other. */
    UNCLEAR;

    /**
     * The location according to one read of server and disk.
     *
     * @param server empty when it does not exist
     * @param disk empty when it does not exist
     */
    public static DiskLocation of(Optional<LiteServer> server, Optional<Disk> disk) {
        if (disk.isEmpty()) {
            return DISK_NOT_FOUND;
        }
        var present = disk.get();
        if (present.hasStatus(Disk.ATTACHING) || present.hasStatus(Disk.DETACHING)) {
            return UNCLEAR;
        }
        if (server.isEmpty()) {
            return SERVER_NOT_FOUND;
        }
        var available = present.hasStatus(Disk.AVAILABLE);
        if (server.get().hasAttached(present)) {
            return available ? UNCLEAR : ON_THIS_SERVER;
        }
        var attached = !present.attachments().isEmpty();
        if (available ? attached : present.hasStatus(Disk.IN_USE) && !attached) {
            return UNCLEAR;
        }
        return attached ? ON_OTHER_SERVER : NOT_ATTACHED;
    }
}
