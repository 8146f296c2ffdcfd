package dev.attachgateway.disk;

import static dev.attachgateway.problem.type.ProblemType.DISK_ALREADY_ATTACHED;
import static dev.attachgateway.problem.type.ProblemType.DISK_IN_USE;
import static dev.attachgateway.problem.type.ProblemType.DISK_STATE;

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

    @Override
    public boolean isConfirmed(Optional<LiteServer> server, Optional<Disk> disk) {
        return DiskLocation.of(server, disk) == DiskLocation.ON_THIS_SERVER;
    }

    /** The disk has the same attachments as before, and neither EVS nor the server shows it on this server. */
    @Override
    public boolean isUnchanged(Optional<LiteServer> server, Optional<Disk> disk, List<Disk.Attachment> before) {
        return switch (DiskLocation.of(server, disk)) {
            // A server that does not exist has no disk: the disk alone shows that nothing happened.
            case NOT_ATTACHED, ON_OTHER_SERVER, SERVER_NOT_FOUND ->
                disk.filter(present -> Set.copyOf(present.attachments()).equals(Set.copyOf(before))
                                && (present.hasStatus(Disk.AVAILABLE) || (present.shareable() && !before.isEmpty())))
                        .isPresent();
            case ON_THIS_SERVER, DISK_NOT_FOUND, UNCLEAR -> false;
        };
    }

    private Optional<PreconditionViolation> diskViolation(Optional<LiteServer> server, Disk disk) {
        return switch (DiskLocation.of(server, Optional.of(disk))) {
            case ON_THIS_SERVER ->
                PreconditionViolation.of(DISK_ALREADY_ATTACHED, "The disk is attached to this server already.");
            case NOT_ATTACHED -> Optional.empty();
            case ON_OTHER_SERVER -> inUseViolation(disk);
            case SERVER_NOT_FOUND -> disk.hasStatus(Disk.AVAILABLE) ? Optional.empty() : inUseViolation(disk);
            case UNCLEAR, DISK_NOT_FOUND ->
                PreconditionViolation.of(
                        DISK_STATE,
                        DiskPreconditions.describeUnclear(server, disk) + " It must be available and on no server.");
        };
    }

    private Optional<PreconditionViolation> inUseViolation(Disk disk) {
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
