package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.access.policy.ReadScope;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What of the cloud's documents a caller gets: all of it, except what names a server or a disk that it may not see, and the
 * addresses of the cloud, which would lead it past the gateway.
 *
 * @param serverIds for the ids under which EVS may name a server, the server's own; those that are missing count as hidden
 */
record Redaction(String projectId, ReadScope sight, Map<String, String> serverIds) {

    /** A server without the disks that are hidden; the original stays as it is. */
    ObjectNode server(JsonNode original) {
        ObjectNode server = original.deepCopy();
        if (!sight.isUnrestricted()) {
            var id = id(server, "id");
            keep(server, "volumes", volume -> sight.includes(id, id(volume, "evs_id")));
        }
        return server;
    }

    /** A disk without the servers that are hidden, and without the disk it was copied from if that is hidden. */
    ObjectNode disk(JsonNode original) {
        ObjectNode disk = original.deepCopy();
        var id = id(disk, "id");
        if (!sight.isUnrestricted()) {
            keep(disk, "attachments", attachment -> shows(attachment, id));
            if (disk.path("source_volid").isTextual() && !sight.includesDisk(id(disk, "source_volid"))) {
                disk.putNull("source_volid");
            }
        }
        return links(disk, "links", "/v2/" + projectId + "/cloudvolumes/" + id);
    }

    /** Links to this place, as the gateway has it, in place of the cloud's address; all others go. */
    ObjectNode links(ObjectNode document, String field, String place) {
        var links = document.path(field);
        if (links.isArray()) {
            var kept = document.putArray(field);
            links.forEach(link -> {
                var at = link.path("href").asText().indexOf(place);
                if (at >= 0) {
                    ObjectNode moved = link.deepCopy();
                    kept.add(moved.put("href", link.path("href").asText().substring(at)));
                }
            });
        }
        return document;
    }

    private boolean shows(JsonNode attachment, String diskId) {
        if (sight.includesDiskOnEveryServer(diskId)) {
            return true;
        }
        var server = serverIds.get(id(attachment, "server_id"));
        return server != null && sight.includes(server, diskId);
    }

    /** What is no list, and what in it has another form than is known, tells nobody anything. */
    private static void keep(ObjectNode document, String field, Predicate<JsonNode> wish) {
        var list = document.get(field);
        if (list == null || list.isNull()) {
            return;
        }
        ArrayNode kept = document.putArray(field);
        list.forEach(each -> {
            if (wish.test(each)) {
                kept.add(each);
            }
        });
    }

    /** In the form in which grants have them. */
    static String id(JsonNode node, String field) {
        return node.path(field).asText().toLowerCase(Locale.ROOT);
    }
}
