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

    /** EVS and the server no longer show the disk on this server; for a missing server, an available disk decides alone. */
    @Override
    public boolean isConfirmed(Optional<LiteServer> server, Optional<Disk> disk) {
        return switch (DiskLocation.of(server, disk)) {
            case NOT_ATTACHED, ON_OTHER_SERVER -> true;
            case SERVER_NOT_FOUND ->
                disk.filter(present -> present.hasStatus(Disk.AVAILABLE)
                                && present.attachments().isEmpty())
                        .isPresent();
            case ON_THIS_SERVER, DISK_NOT_FOUND, UNCLEAR -> false;
        };
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
        if (server.filter(present -> present.isSystemDisk(disk.id())).isPresent()) {
            return PreconditionViolation.of(ROOT_DISK, "The disk is the server's system disk.");
        }
        return switch (DiskLocation.of(server, Optional.of(disk))) {
            case ON_THIS_SERVER ->
                disk.bootable() && !server.orElseThrow().isDataDisk(disk.id())
                        ? PreconditionViolation.of(
                                ROOT_DISK,
                                "The disk is bootable and the server does not list it as a data disk, so it may be the"
                                        + " system disk.")
                        : Optional.empty();
            case NOT_ATTACHED, ON_OTHER_SERVER ->
                PreconditionViolation.of(DISK_NOT_ATTACHED, "The disk is not attached to this server.");
            case SERVER_NOT_FOUND -> Optional.empty();
            case UNCLEAR, DISK_NOT_FOUND ->
                PreconditionViolation.of(
                        DISK_STATE,
                        DiskPreconditions.describeUnclear(server, disk) + " It must be in-use, on this server.");
        };
    }
}
