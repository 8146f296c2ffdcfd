package dev.attachgateway.disk;

import static dev.attachgateway.problem.type.ProblemType.DISK_NOT_ATTACHED;
import static dev.attachgateway.problem.type.ProblemType.DISK_STATE;
import static dev.attachgateway.problem.type.ProblemType.ROOT_DISK;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The preconditions of detaching a disk from a server.
 *
 * @param serverTypes the types or categories of server that support detaching disks
 */
public record DetachPreconditions(Set<String> serverTypes) implements DiskPreconditions {

    @Override
    public List<PreconditionViolation> violations(Optional<LiteServer> server, Optional<Disk> disk) {
        return new ServerPreconditions(serverTypes).violations(server, disk, DetachPreconditions::diskViolation);
    }

    /**
     * The disk is not detaching, and neither EVS nor the server reports the attachment; for a missing server, the disk
     * decides alone.
     */
    @Override
    public boolean isConfirmed(Optional<LiteServer> server, Optional<Disk> disk) {
        if (disk.isEmpty()) {
            return false;
        }
        return server.map(liteServer -> !disk.get().hasStatus(Disk.DETACHING) && !liteServer.hasAttached(disk.get()))
                .orElseGet(() -> disk.get().hasStatus(Disk.AVAILABLE)
                        && disk.get().attachments().isEmpty());
    }

    /** EVS and the server still report the attachment, and the disk is in use. */
    @Override
    public boolean isUnchanged(Optional<LiteServer> server, Optional<Disk> disk, List<Disk.Attachment> before) {
        return server.isPresent()
                && disk.isPresent()
                && disk.get().hasStatus(Disk.IN_USE)
                && disk.get().isAttachedToAny(server.get().allIds())
                && server.get().listsDisk(disk.get().id());
    }

    private static Optional<PreconditionViolation> diskViolation(Optional<LiteServer> server, Disk disk) {
        if (server.isPresent() && !server.get().hasAttached(disk)) {
            return PreconditionViolation.of(DISK_NOT_ATTACHED, "The disk is not attached to this server.");
        }
        if (server.isPresent() && server.get().isSystemDisk(disk.id())) {
            return PreconditionViolation.of(ROOT_DISK, "The disk is the server's system disk.");
        }
        if (disk.hasStatus(Disk.ATTACHING) || disk.hasStatus(Disk.DETACHING)) {
            return PreconditionViolation.of(DISK_STATE, "The disk is " + disk.status() + "; it must be in-use.");
        }
        return Optional.empty();
    }
}
