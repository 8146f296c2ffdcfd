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

/** Disks as EVS shows them when nothing has happened to them yet. */
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

    /** UTC with microseconds and no zone, as EVS prints its times. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private DiskTemplates() {}

    /** A disk with a fresh id, available unless the overrides attach it or say otherwise. */
    public static JsonObject disk(String projectId, JsonObject overrides) {
        JsonObject disk = DocumentTemplates.fresh("volume")
                .put("id", SandboxIds.fresh())
                .put("os-vol-tenant-attr:tenant_id", projectId);
        DocumentTemplates.override(disk, overrides);
        String id = disk.getString("id");
        if (!SandboxIds.isStrict(id)) {
            throw RejectedCallException.unclear("A disk's 'id' must be a lower-case UUID of version 1 to 5.");
        }
        putUnlessNamed(disk, overrides, "serial_number", id.substring(0, 20));
        putUnlessNamed(disk, overrides, "wwn", "6888603" + id.replace("-", "").substring(0, 25));
        putUnlessNamed(
                disk, overrides, "shareable", disk.getBoolean("multiattach").toString());
        disk.put("attachments", attachments(id, disk.getJsonArray("attachments")));
        if (!disk.getJsonArray("attachments").isEmpty()) {
            putUnlessNamed(disk, overrides, "status", "in-use");
        }
        new ControlBodyReader(disk).oneOf("status", STATUSES);
        return disk;
    }

    private static void putUnlessNamed(JsonObject disk, JsonObject overrides, String field, String value) {
        if (!overrides.containsKey(field)) {
            disk.put(field, value);
        }
    }

    private static JsonArray attachments(String diskId, JsonArray named) {
        JsonArray whole = new JsonArray();
        for (Object element : named) {
            if (!(element instanceof JsonObject fields) || !(fields.getValue("server_id") instanceof String serverId)) {
                throw RejectedCallException.unclear(
                        "Every element of 'attachments' must be an object with a 'server_id'.");
            }
            JsonObject attachment = attachment(diskId, serverId, diskId + serverId);
            DocumentTemplates.override(attachment, fields);
            whole.add(attachment);
        }
        return whole;
    }

    private static JsonObject attachment(String diskId, String cloudServerId, String origin) {
        return DocumentTemplates.fresh("attachment")
                .put(
                        "attachment_id",
                        UUID.nameUUIDFromBytes(origin.getBytes(StandardCharsets.UTF_8))
                                .toString())
                .put("id", diskId)
                .put("server_id", cloudServerId)
                .put("volume_id", diskId);
    }

    /** What EVS shows of a finished attach. */
    static JsonObject attachment(LedgerEntry attach, String cloudServerId, long end) {
        return attachment(attach.volumeId(), cloudServerId, attach.operationId())
                .put("attached_at", time(end))
                .put("device", attach.device());
    }

    static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }
}
