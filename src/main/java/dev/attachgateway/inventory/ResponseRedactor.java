package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.access.policy.ReadScope;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Removes from the cloud's documents the servers and disks outside the caller's read scope, and the addresses of the
 * cloud, which would bypass the gateway.
 *
 * @param serverIdsByAlias the id of the server by each id that EVS may use for it; servers with other ids count as hidden
 */
record ResponseRedactor(String projectId, ReadScope readScope, Map<String, String> serverIdsByAlias) {

    /** A copy of the server without hidden disks. */
    ObjectNode redactServer(JsonNode original) {
        ObjectNode server = original.deepCopy();
        if (!readScope.isUnrestricted()) {
            var id = normalizedId(server, "id");
            filterArray(server, "volumes", volume -> readScope.includes(id, normalizedId(volume, "evs_id")));
        }
        return server;
    }

    /** A copy of the disk without hidden servers, and without its source disk if that is hidden. */
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

    /** Makes links to this path relative, so that they lead to the gateway, and removes all other links. */
    ObjectNode rewriteLinks(ObjectNode document, String field, String path) {
        var links = document.path(field);
        if (links.isArray()) {
            var kept = document.putArray(field);
            links.forEach(link -> {
                var start = link.path("href").asText().indexOf(path);
                if (start >= 0) {
                    ObjectNode relative = link.deepCopy();
                    kept.add(relative.put("href", link.path("href").asText().substring(start)));
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

    /** To leak nothing, a value that is no array becomes an empty array, and items of an unknown format are removed. */
    private static void filterArray(ObjectNode document, String field, Predicate<JsonNode> isVisible) {
        var list = document.get(field);
        if (list == null || list.isNull()) {
            return;
        }
        ArrayNode kept = document.putArray(field);
        list.forEach(item -> {
            if (isVisible.test(item)) {
                kept.add(item);
            }
        });
    }

    /** The id in lower case, as in the grants. */
    static String normalizedId(JsonNode node, String field) {
        return node.path(field).asText().toLowerCase(Locale.ROOT);
    }
}
