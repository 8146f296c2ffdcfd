package dev.attachgateway.disk;

import static dev.attachgateway.disk.PreconditionViolation.Kind.DISK_ALREADY_ATTACHED;
import static dev.attachgateway.disk.PreconditionViolation.Kind.DISK_IN_USE;
import static dev.attachgateway.disk.PreconditionViolation.Kind.DISK_STATE;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What has to be true of a server and a disk before the one is attached to the other.
 *
 * @param serverTypes the types or categories of server that take disks; the cloud documents "only A3" and no field says so
 * @param allowShared whether a shareable disk that is in use elsewhere may be attached once more
 */
public record AttachPreconditions(Set<String> serverTypes, boolean allowShared) implements DiskPreconditions {

    @Override
    public List<PreconditionViolation> violations(Optional<LiteServer> server, Optional<Disk> disk) {
        return new ServerPreconditions(serverTypes).violations(server, disk, this::diskViolation);
    }

    /** The disk has settled, and one of the two names the other. */
    @Override
    public boolean isConfirmed(Optional<LiteServer> server, Optional<Disk> disk) {
        return server.isPresent()
                && disk.isPresent()
                && !disk.get().hasStatus(Disk.AVAILABLE)
                && !disk.get().hasStatus(Disk.ATTACHING)
                && server.get().hasAttached(disk.get());
    }

    /** The disk is free, or held by none but those who held it before, and the server does not list it. */
    @Override
    public boolean isUnchanged(Optional<LiteServer> server, Optional<Disk> disk, List<Disk.Attachment> before) {
        if (disk.isEmpty() || server.filter(it -> it.hasAttached(disk.get())).isPresent()) {
            return false;
        }
        var sameHolds = new HashSet<>(disk.get().attachments()).equals(new HashSet<>(before));
        return sameHolds
                && (disk.get().hasStatus(Disk.AVAILABLE)
                        || (disk.get().shareable() && disk.get().hasStatus(Disk.IN_USE) && !before.isEmpty()));
    }

    private Optional<PreconditionViolation> diskViolation(Optional<LiteServer> server, Disk disk) {
        if (server.isPresent() && server.get().hasAttached(disk)) {
            return PreconditionViolation.of(DISK_ALREADY_ATTACHED, "The disk is attached to this server already.");
        }
        if (disk.hasStatus(Disk.AVAILABLE)) {
            return Optional.empty();
        }
        if (!disk.hasStatus(Disk.IN_USE)) {
            return PreconditionViolation.of(DISK_STATE, "The disk is " + disk.status() + "; it has to be available.");
        }
        if (!disk.shareable()) {
            return PreconditionViolation.of(DISK_IN_USE, "The disk is in use and is not shareable.");
        }
        return allowShared
                ? Optional.empty()
                : PreconditionViolation.of(
                        DISK_IN_USE,
                        "The disk is in use; this gateway attaches a shareable disk to one server at a time.");
    }
}
