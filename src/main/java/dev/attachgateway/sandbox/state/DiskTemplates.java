package dev.attachgateway.sandbox.state;

import dev.attachgateway.sandbox.http.ControlBodyReader;
import dev.attachgateway.sandbox.http.RejectedCallException;
import dev.attachgateway.sandbox.http.SandboxIds;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.UUID;

/** Initial documents of disks, as EVS shows them. */
public final class DiskTemplates {

    /** Huawei Cloud EVS API reference, "EVS disk status". */
    static final Set<String> STATUSES = Set.of(
            "creating",
            "available",
            "in-use",
            "error",
            "attaching",
            "detaching",
            "restoring-backup",
            "backing-up",
            "error_restoring",
            "uploading",
            "downloading",
            "extending",
            "error_extending",
            "deleting",
            "error_deleting",
            "rollbacking",
            "error_rollbacking",
            "awaiting-transfer");

    /** UTC with microseconds and without a zone, the format of EVS. */
    private static final DateTimeFormatter TIME_FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private DiskTemplates() {}

    /** Returns a disk with a new id, available unless the overrides attach it or set another status. */
    public static JsonObject newDisk(String projectId, JsonObject overrides) {
        JsonObject disk = DocumentTemplates.copyOf("volume")
                .put("id", SandboxIds.randomUuid())
                .put("os-vol-tenant-attr:tenant_id", projectId);
        DocumentTemplates.applyOverrides(disk, overrides);
        String id = disk.getString("id");
        if (!SandboxIds.isStrictUuid(id)) {
            throw RejectedCallException.badRequest("A disk's 'id' must be a lower-case UUID of version 1 to 5.");
        }
        putUnlessOverridden(disk, overrides, "serial_number", id.substring(0, 20));
        putUnlessOverridden(
                disk, overrides, "wwn", "6888603" + id.replace("-", "").substring(0, 25));
        putUnlessOverridden(
                disk, overrides, "shareable", disk.getBoolean("multiattach").toString());
        disk.put("attachments", buildAttachments(id, disk.getJsonArray("attachments")));
        if (!disk.getJsonArray("attachments").isEmpty()) {
            putUnlessOverridden(disk, overrides, "status", "in-use");
        }
        new ControlBodyReader(disk).requireOneOf("status", STATUSES);
        return disk;
    }

    private static void putUnlessOverridden(JsonObject disk, JsonObject overrides, String field, String value) {
        if (!overrides.containsKey(field)) {
            disk.put(field, value);
        }
    }

    private static JsonArray buildAttachments(String diskId, JsonArray overrides) {
        var attachments = new JsonArray();
        for (Object element : overrides) {
            if (!(element instanceof JsonObject fields) || !(fields.getValue("server_id") instanceof String serverId)) {
                throw RejectedCallException.badRequest(
                        "Every element of 'attachments' must be an object with a 'server_id'.");
            }
            JsonObject attachment = newAttachment(diskId, serverId, diskId + serverId);
            DocumentTemplates.applyOverrides(attachment, fields);
            attachments.add(attachment);
        }
        return attachments;
    }

    private static JsonObject newAttachment(String diskId, String cloudServerId, String uuidSource) {
        return DocumentTemplates.copyOf("attachment")
                .put(
                        "attachment_id",
                        UUID.nameUUIDFromBytes(uuidSource.getBytes(StandardCharsets.UTF_8))
                                .toString())
                .put("id", diskId)
                .put("server_id", cloudServerId)
                .put("volume_id", diskId);
    }

    /** Returns the attachment that EVS shows after a completed attach. */
    static JsonObject newAttachment(LedgerEntry attach, String cloudServerId, long end) {
        return newAttachment(attach.volumeId(), cloudServerId, attach.operationId())
                .put("attached_at", formatTime(end))
                .put("device", attach.device());
    }

    static String formatTime(long epochMillis) {
        return TIME_FORMAT.format(Instant.ofEpochMilli(epochMillis));
    }
}
