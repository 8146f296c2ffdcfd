package dev.attachgateway.operation.store;

import dev.attachgateway.disk.Disk;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The attachments of a disk in the JSON form of the database. */
public final class AttachmentsJson {
    private AttachmentsJson() {}

    /** The stored form of these attachments. */
    public static JsonArray toJson(List<Disk.Attachment> attachments) {
        var array = new JsonArray();
        attachments.forEach(attachment -> array.add(
                JsonObject.of("server_id", attachment.serverId(), "attachment_id", attachment.attachmentId())));
        return array;
    }

    static List<Disk.Attachment> fromJson(@Nullable JsonArray stored) {
        if (stored == null) {
            return List.of();
        }
        return IntStream.range(0, stored.size())
                .mapToObj(stored::getJsonObject)
                .map(attachment ->
                        new Disk.Attachment(attachment.getString("server_id"), attachment.getString("attachment_id")))
                .toList();
    }
}
