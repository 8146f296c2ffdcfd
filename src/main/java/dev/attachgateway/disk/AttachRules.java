package dev.attachgateway.disk;

import static dev.attachgateway.disk.Objection.Kind.DISK_ALREADY_HERE;
import static dev.attachgateway.disk.Objection.Kind.DISK_IN_USE;
import static dev.attachgateway.disk.Objection.Kind.DISK_STATE;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What has to be true of a server and a disk before the one is attached to the other.
 *
 * @param kinds the types or categories of server that take disks; the cloud documents "only A3" and no field says so
 * @param shared whether a shareable disk that is in use elsewhere may be attached once more
 */
public record AttachRules(Set<String> kinds, boolean shared) implements Rules {

    @Override
    public List<Objection> objections(Optional<Server> server, Optional<Disk> disk) {
        return new ServerRules(kinds).objections(server, disk, this::use);
    }

    /** The disk has settled, and one of the two names the other. */
    @Override
    public boolean confirmed(Optional<Server> server, Optional<Disk> disk) {
        return server.isPresent()
                && disk.isPresent()
                && !disk.get().is(Disk.AVAILABLE)
                && !disk.get().is(Disk.ATTACHING)
                && server.get().holds(disk.get());
    }

    /** The disk is free, or held by none but those who held it before, and the server does not list it. */
    @Override
    public boolean untouched(Optional<Server> server, Optional<Disk> disk, List<Disk.Attachment> before) {
        if (disk.isEmpty() || server.filter(it -> it.holds(disk.get())).isPresent()) {
            return false;
        }
        var sameHolds = new HashSet<>(disk.get().attachments()).equals(new HashSet<>(before));
        return sameHolds
                && (disk.get().is(Disk.AVAILABLE)
                        || (disk.get().shareable() && disk.get().is(Disk.IN_USE) && !before.isEmpty()));
    }

    private Optional<Objection> use(Optional<Server> server, Disk disk) {
        if (server.isPresent() && server.get().holds(disk)) {
            return Objection.of(DISK_ALREADY_HERE, "The disk is attached to this server already.");
        }
        if (disk.is(Disk.AVAILABLE)) {
            return Optional.empty();
        }
        if (!disk.is(Disk.IN_USE)) {
            return Objection.of(DISK_STATE, "The disk is " + disk.status() + "; it has to be available.");
        }
        if (!disk.shareable()) {
            return Objection.of(DISK_IN_USE, "The disk is in use and is not shareable.");
        }
        return shared
                ? Optional.empty()
                : Objection.of(
                        DISK_IN_USE,
                        "The disk is in use; this gateway attaches a shareable disk to one server at a time.");
    }
}
