package dev.attachgateway.disk;

import java.util.Optional;

/** Where the cloud shows a disk, as seen from one server. */
public enum Presence {
    /** On this server. */
    HERE,
    /** On no server. */
    NOWHERE,
    /** On another server, and not on this one. */
    ELSEWHERE,
    /** The cloud knows the disk and no such server. */
    NO_SERVER,
    /** The cloud knows no such disk. */
    NO_DISK,
    /** The disk is on its way, or what EVS and the server say does not fit together. */
    UNCLEAR;

    /**
     * What one look tells.
     *
     * @param server empty when the cloud knows no such server
     * @param disk empty when the cloud knows no such disk
     */
    public static Presence of(Optional<Server> server, Optional<Disk> disk) {
        if (disk.isEmpty()) {
            return NO_DISK;
        }
        var seen = disk.get();
        if (seen.is(Disk.ATTACHING) || seen.is(Disk.DETACHING)) {
            return UNCLEAR;
        }
        if (server.isEmpty()) {
            return NO_SERVER;
        }
        var free = seen.is(Disk.AVAILABLE);
        if (server.get().holds(seen)) {
            return free ? UNCLEAR : HERE;
        }
        var held = !seen.attachments().isEmpty();
        if (free ? held : seen.is(Disk.IN_USE) && !held) {
            return UNCLEAR;
        }
        return held ? ELSEWHERE : NOWHERE;
    }
}
