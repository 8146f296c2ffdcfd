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
 * @param serverIdsByAlias for the ids under which EVS may name a server, the server's own; those that are missing count as hidden
 */
record ResponseRedactor(String projectId, ReadScope readScope, Map<String, String> serverIdsByAlias) {

    /** A server without the disks that are hidden; the original stays as it is. */
    ObjectNode redactServer(JsonNode original) {
        ObjectNode server = original.deepCopy();
        if (!readScope.isUnrestricted()) {
            var id = normalizedId(server, "id");
            filterArray(server, "volumes", volume -> readScope.includes(id, normalizedId(volume, "evs_id")));
        }
        return server;
    }

    /** A disk without the servers that are hidden, and without the disk it was copied from if that is hidden. */
    ObjectNode redactDisk(JsonNode original) {
        ObjectNode disk = original.deepCopy();
        var id = normalizedId(disk, "id");
        if (!readScope.isUnrestricted()) {
            filterArray(disk, "attachments", attachment -> isVisible(attachment, id));
            if (disk.path("source_volid").isTextual() && !readScope.includesDisk(normalizedId(disk, "source_volid"))) {
                disk.putNull("source_volid");
            }
        }
        return rewriteLinks(disk, "links", "/v2/" + projectId + "/cloudvolumes/" + id);
    }

    /** Links to this place, as the gateway has it, in place of the cloud's address; all others go. */
    ObjectNode rewriteLinks(ObjectNode document, String field, String place) {
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

    private boolean isVisible(JsonNode attachment, String diskId) {
        if (readScope.includesDiskOnEveryServer(diskId)) {
            return true;
        }
        var server = serverIdsByAlias.get(normalizedId(attachment, "server_id"));
        return server != null && readScope.includes(server, diskId);
    }

    /** What is no list, and what in it has another form than is known, tells nobody anything. */
    private static void filterArray(ObjectNode document, String field, Predicate<JsonNode> wish) {
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
    static String normalizedId(JsonNode node, String field) {
        return node.path(field).asText().toLowerCase(Locale.ROOT);
    }
}
