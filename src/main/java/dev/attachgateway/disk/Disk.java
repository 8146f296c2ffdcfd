package dev.attachgateway.disk;

import java.util.List;
import java.util.Set;

/**
 * An EVS disk as the cloud showed it at one moment.
 *
 * @param id lower-case id of the disk
 * @param status the word EVS uses, such as {@code available} or {@code in-use} (EVS API reference, "EVS Disk Status")
 * @param shareable whether several servers may hold it at once ({@code multiattach})
 * @param attachments one entry for each server that EVS says holds it
 */
public record Disk(String id, String status, boolean shareable, List<Attachment> attachments) {
    public static final String AVAILABLE = "available";
    public static final String ATTACHING = "attaching";
    public static final String DETACHING = "detaching";
    public static final String IN_USE = "in-use";

    public Disk {
        attachments = List.copyOf(attachments);
    }

    /**
     * One server's hold on the disk.
     *
     * @param serverId the id of the cloud server (ECS or BMS), which is not the Lite Server's own id
     * @param attachmentId the id EVS gave to this hold
     */
    public record Attachment(String serverId, String attachmentId) {}

    public boolean hasStatus(String word) {
        return status.equalsIgnoreCase(word);
    }

    /** Whether EVS names this server among those that hold the disk, by any id the server is known by. */
    public boolean isAttachedToAny(Set<String> serverIds) {
        return attachments.stream().anyMatch(hold -> serverIds.contains(hold.serverId()));
    }
}
