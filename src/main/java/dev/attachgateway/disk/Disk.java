package dev.attachgateway.disk;

import java.util.List;
import java.util.Set;

/**
 * An EVS disk as the cloud reported it at one moment.
 *
 * @param id lower-case id of the disk
 * @param status of EVS, such as {@code available} or {@code in-use} (EVS API reference, "EVS Disk Status")
 * @param shareable whether it can be attached to several servers at once ({@code multiattach})
 * @param bootable whether it can be a system disk
 * @param attachments one entry for each server that EVS reports it attached to
 */
public record Disk(String id, String status, boolean shareable, boolean bootable, List<Attachment> attachments) {
    public static final String AVAILABLE = "available";
    public static final String IN_USE = "in-use";

    public Disk {
        attachments = List.copyOf(attachments);
    }

    /**
     * An attachment of the disk to a server.
     *
     * @param serverId the id of the cloud server (ECS or BMS), which is not the Lite Server's own id
     * @param attachmentId the id of this attachment in EVS
     */
    public record Attachment(String serverId, String attachmentId) {}

    /** Whether the disk has a status, compared without regard to case. */
    public boolean hasStatus(String expected) {
        return status.equalsIgnoreCase(expected);
    }

    /** Whether EVS reports the disk attached to a server, under any of the server's ids. */
    public boolean isAttachedToAny(Set<String> serverIds) {
        return attachments.stream().anyMatch(attachment -> serverIds.contains(attachment.serverId()));
    }
}
