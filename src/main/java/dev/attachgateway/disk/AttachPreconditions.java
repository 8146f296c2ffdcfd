package dev.attachgateway.disk;

import static dev.attachgateway.problem.type.ProblemType.DISK_ALREADY_ATTACHED;
import static dev.attachgateway.problem.type.ProblemType.DISK_IN_USE;
import static dev.attachgateway.problem.type.ProblemType.DISK_STATE;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The preconditions of attaching a disk to a server.
 *
 * @param serverTypes the types or categories of server that support attaching disks; the cloud documents "only A3", which no
 *     field shows
 * @param allowShared whether a shareable disk that is attached elsewhere may be attached to another server
 */
public record AttachPreconditions(Set<String> serverTypes, boolean allowShared) implements DiskPreconditions {

    @Override
    public List<PreconditionViolation> violations(Optional<LiteServer> server, Optional<Disk> disk) {
        return new ServerPreconditions(serverTypes).violations(server, disk, this::diskViolation);
    }

    /** The disk is neither available nor attaching, and EVS or the server reports the attachment. */
    @Override
    public boolean isConfirmed(Optional<LiteServer> server, Optional<Disk> disk) {
        return server.isPresent()
                && disk.isPresent()
                && !disk.get().hasStatus(Disk.AVAILABLE)
                && !disk.get().hasStatus(Disk.ATTACHING)
                && server.get().hasAttached(disk.get());
    }

    /** The disk has the same attachments as before, and neither EVS nor the server reports one to this server. */
    @Override
    public boolean isUnchanged(Optional<LiteServer> server, Optional<Disk> disk, List<Disk.Attachment> before) {
        if (disk.isEmpty()
                || server.filter(liteServer -> liteServer.hasAttached(disk.get()))
                        .isPresent()) {
            return false;
        }
        var sameAttachments = new HashSet<>(disk.get().attachments()).equals(new HashSet<>(before));
        return sameAttachments
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
            return PreconditionViolation.of(DISK_STATE, "The disk is " + disk.status() + "; it must be available.");
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
