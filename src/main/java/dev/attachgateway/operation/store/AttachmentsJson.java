package dev.attachgateway.operation.store;

import dev.attachgateway.disk.Disk;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Who held a disk, as the database keeps it. */
public final class AttachmentsJson {
    private AttachmentsJson() {}

    public static JsonArray toJson(List<Disk.Attachment> holds) {
        var array = new JsonArray();
        holds.forEach(
                hold -> array.add(JsonObject.of("server_id", hold.serverId(), "attachment_id", hold.attachmentId())));
        return array;
    }

    static List<Disk.Attachment> fromJson(@Nullable JsonArray stored) {
        if (stored == null) {
            return List.of();
        }
        return IntStream.range(0, stored.size())
                .mapToObj(stored::getJsonObject)
                .map(hold -> new Disk.Attachment(hold.getString("server_id"), hold.getString("attachment_id")))
                .toList();
    }
}
