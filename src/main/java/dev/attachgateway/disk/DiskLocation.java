package dev.attachgateway.disk;

import java.util.Optional;

/** Where the cloud shows a disk, as seen from one server. */
public enum DiskLocation {
    /** On this server. */
    ON_THIS_SERVER,
    /** On no server. */
    NOT_ATTACHED,
    /** On another server, and not on this one. */
    ON_OTHER_SERVER,
    /** The cloud knows the disk and no such server. */
    SERVER_NOT_FOUND,
    /** The cloud knows no such disk. */
    DISK_NOT_FOUND,
    /** The disk is on its way, or what EVS and the server say does not fit together. */
    UNCLEAR;

    /**
     * What one look tells.
     *
     * @param server empty when the cloud knows no such server
     * @param disk empty when the cloud knows no such disk
     */
    public static DiskLocation of(Optional<LiteServer> server, Optional<Disk> disk) {
        if (disk.isEmpty()) {
            return DISK_NOT_FOUND;
        }
        var seen = disk.get();
        if (seen.hasStatus(Disk.ATTACHING) || seen.hasStatus(Disk.DETACHING)) {
            return UNCLEAR;
        }
        if (server.isEmpty()) {
            return SERVER_NOT_FOUND;
        }
        var free = seen.hasStatus(Disk.AVAILABLE);
        if (server.get().hasAttached(seen)) {
            return free ? UNCLEAR : ON_THIS_SERVER;
        }
        var held = !seen.attachments().isEmpty();
        if (free ? held : seen.hasStatus(Disk.IN_USE) && !held) {
            return UNCLEAR;
        }
        return held ? ON_OTHER_SERVER : NOT_ATTACHED;
    }
}
