package dev.attachgateway.disk;

import java.util.List;
import java.util.Optional;

/** What a change of a disk's attachments demands of server and disk, and what shows that it happened or did not. */
public sealed interface DiskPreconditions permits AttachPreconditions, DetachPreconditions {

    /**
     * Everything that speaks against it, gravest first; empty when nothing does.
     *
     * @param server empty when the cloud knows no such server
     * @param disk empty when the cloud knows no such disk
     */
    List<PreconditionViolation> violations(Optional<LiteServer> server, Optional<Disk> disk);

    /** Whether the cloud shows it as done. */
    boolean isConfirmed(Optional<LiteServer> server, Optional<Disk> disk);

    /**
     * Whether the cloud shows no trace of it: both are as they were before anything was sent.
     *
     * @param before the disk's attachments as the checks saw them
     */
    boolean isUnchanged(Optional<LiteServer> server, Optional<Disk> disk, List<Disk.Attachment> before);
}
