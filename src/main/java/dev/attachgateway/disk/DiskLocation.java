package dev.attachgateway.disk;

import java.util.Optional;

/**
 * Where a disk is according to the cloud, relative to one server: the one judgement that the preconditions, the
 * confirmation, the settlement and the reconciliation share (DESIGN.md, "The life of an attach", step 9).
 */
public enum DiskLocation {
    /** EVS shows the disk in use, and EVS or the server's own list shows it on this server. */
    ON_THIS_SERVER,
    /** EVS shows the disk as available, and neither EVS nor the server's own list shows it on a server. */
    NOT_ATTACHED,
    /** EVS shows the disk in use on other servers only, and this server's own list lacks it. */
    ON_OTHER_SERVER,
    /** The disk exists and the server does not. */
    SERVER_NOT_FOUND,
    /** The disk does not exist. */
    DISK_NOT_FOUND,
    /** EVS and the server contradict each other, or the status of the disk says neither in use nor available. */
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
        var inUse = disk.get().hasStatus(Disk.IN_USE);
        if (!inUse && !disk.get().hasStatus(Disk.AVAILABLE)) {
            return UNCLEAR;
        }
        if (server.isEmpty()) {
            return SERVER_NOT_FOUND;
        }
        return inUse ? ofDiskInUse(server.get(), disk.get()) : ofAvailableDisk(server.get(), disk.get());
    }

    private static DiskLocation ofDiskInUse(LiteServer server, Disk disk) {
        if (disk.isAttachedToAny(server.allIds())) {
            return ON_THIS_SERVER;
        }
        if (server.listsDisk(disk.id())) {
            // Which of its ids EVS uses for a server is not documented: an id that nobody knows may be this server's.
            return disk.isAttachedToAny(server.idsOfOthers()) ? UNCLEAR : ON_THIS_SERVER;
        }
        return disk.attachments().isEmpty() ? UNCLEAR : ON_OTHER_SERVER;
    }

    private static DiskLocation ofAvailableDisk(LiteServer server, Disk disk) {
        return disk.attachments().isEmpty() && !server.listsDisk(disk.id()) ? NOT_ATTACHED : UNCLEAR;
    }
}
