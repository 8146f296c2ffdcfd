package dev.attachgateway.disk;

import static dev.attachgateway.disk.Objection.Kind.DISK_NOT_HERE;
import static dev.attachgateway.disk.Objection.Kind.DISK_STATE;
import static dev.attachgateway.disk.Objection.Kind.ROOT_DISK;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What has to be true of a server and a disk before the one is taken off the other.
 *
 * @param kinds the types or categories of server that give disks back
 */
public record DetachRules(Set<String> kinds) implements Rules {

    @Override
    public List<Objection> objections(Optional<Server> server, Optional<Disk> disk) {
        return new ServerRules(kinds).objections(server, disk, DetachRules::use);
    }

    /** Neither of the two names the other, and the disk has settled; of a server that is gone only the disk can tell. */
    @Override
    public boolean confirmed(Optional<Server> server, Optional<Disk> disk) {
        if (disk.isEmpty()) {
            return false;
        }
        return server.map(it -> !disk.get().is(Disk.DETACHING) && !it.holds(disk.get()))
                .orElseGet(() -> disk.get().is(Disk.AVAILABLE)
                        && disk.get().attachments().isEmpty());
    }

    /** Both still name each other, and the disk is not on its way. */
    @Override
    public boolean untouched(Optional<Server> server, Optional<Disk> disk, List<Disk.Attachment> before) {
        return server.isPresent()
                && disk.isPresent()
                && disk.get().is(Disk.IN_USE)
                && disk.get().namesAny(server.get().knownAs())
                && server.get().lists(disk.get().id());
    }

    private static Optional<Objection> use(Optional<Server> server, Disk disk) {
        if (server.isPresent() && !server.get().holds(disk)) {
            return Objection.of(DISK_NOT_HERE, "The disk is not attached to this server.");
        }
        if (server.isPresent() && server.get().bootsFrom(disk.id())) {
            return Objection.of(ROOT_DISK, "The disk is the server's system disk.");
        }
        if (disk.is(Disk.ATTACHING) || disk.is(Disk.DETACHING)) {
            return Objection.of(DISK_STATE, "The disk is " + disk.status() + "; it has to be in-use.");
        }
        return Optional.empty();
    }
}
