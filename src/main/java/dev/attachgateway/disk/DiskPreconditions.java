package dev.attachgateway.disk;

import java.util.List;
import java.util.Optional;

/** The preconditions of an attach or a detach, and the evidence that it took effect or did not. */
public sealed interface DiskPreconditions permits AttachPreconditions, DetachPreconditions {

    /**
     * All violations, in the order of their precedence: missing server, missing disk, type and state of the server, the
     * disk. Empty when the change is allowed.
     *
     * @param server empty when it does not exist
     * @param disk empty when it does not exist
     */
    List<PreconditionViolation> violations(Optional<LiteServer> server, Optional<Disk> disk);

    /** Whether the cloud reports the change as done. */
    boolean isConfirmed(Optional<LiteServer> server, Optional<Disk> disk);

    /**
     * Whether the cloud reports no trace of the change: server and disk are as they were before the request was sent.
     *
     * @param before the disk's attachments when the preconditions were checked
     */
    boolean isUnchanged(Optional<LiteServer> server, Optional<Disk> disk, List<Disk.Attachment> before);

    /** The contradiction or status that leaves the location of the disk unclear, without the ids of other servers. */
    static String describeUnclear(Optional<LiteServer> server, Disk disk) {
        var holder = disk.attachments().isEmpty()
                ? "on no server"
                : server.filter(present -> disk.isAttachedToAny(present.allIds()))
                                .isPresent()
                        ? "on this server"
                        : "on another server";
        return "EVS shows the disk as " + disk.status() + ", " + holder
                + server.map(present -> present.listsDisk(disk.id())
                                ? "; the server lists it"
                                : "; the server does not list it")
                        .orElse("")
                + ".";
    }
}
