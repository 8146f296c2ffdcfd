package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.inventory.NotShown.Why;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Servers and disks as far as a caller may see them. Whoever may see every one gets the cloud's own pages; for the others the
 * lists are looked through here, so that neither a page nor a count tells of what is hidden.
 */
@ApplicationScoped
class Inventory {
    private final Reads reads;
    private final Walk walk;

    Inventory(Reads reads, Walk walk) {
        this.reads = reads;
        this.walk = walk;
    }

    /** One server that the caller may see; fails with {@link NotShown}. */
    Uni<ObjectNode> server(String projectId, String serverId, ReadScope readScope) {
        return reads.inTime(reads.read(new Wanted.OneServer(projectId, serverId))
                .map(server -> new Redaction(projectId, readScope, Map.of()).server(server)));
    }

    /** One disk that the caller may see, in its envelope; fails with {@link NotShown}. */
    Uni<ObjectNode> disk(String projectId, String volumeId, ReadScope readScope) {
        return reads.inTime(reads.read(new Wanted.OneDisk(projectId, volumeId)).flatMap(answer -> {
            var disk = answer.path("volume");
            return redaction(projectId, readScope, List.of(disk))
                    .map(redaction -> with(answer, "volume", redaction.disk(disk)));
        }));
    }

    /** A page of servers; fails with {@link NotShown}. */
    Uni<ObjectNode> servers(String projectId, ReadScope readScope, ServerQuery query) {
        var redaction = new Redaction(projectId, readScope, Map.of());
        var only = readScope.serverFilter();
        return reads.inTime(
                only.isEmpty()
                        ? reads.read(new Wanted.Servers(projectId, query.whole()))
                                .map(page ->
                                        with(page, "data", items(page, "data").map(redaction::server)))
                        : walk.servers(projectId, query.filters(), only.get())
                                .map(Inventory::whole)
                                .map(all -> query.page(all.stream()
                                        .filter(server -> readScope.includesServer(Redaction.id(server, "id")))
                                        .map(redaction::server)
                                        .toList())));
    }

    /** A page of disks; fails with {@link NotShown}. */
    Uni<ObjectNode> disks(String projectId, ReadScope readScope, DiskQuery query) {
        var everyDisk = readScope.diskFilter().isEmpty();
        // Which server has a disk may be hidden where the disk is not, so the cloud must not count by it.
        return reads.inTime(
                readScope.isUnrestricted() || (everyDisk && query.onServer().isEmpty())
                        ? cloudsPage(projectId, readScope, query)
                        : candidates(projectId, readScope, query)
                                .map(all -> all.stream()
                                        .filter(disk -> readScope.includesDisk(Redaction.id(disk, "id")))
                                        .toList())
                                .flatMap(all -> redaction(projectId, readScope, all)
                                        .map(redaction -> query.page(all.stream()
                                                .map(redaction::disk)
                                                .filter(disk -> query.onServer().stream()
                                                        .allMatch(server -> isOn(disk, server)))
                                                .toList()))));
    }

    private Uni<ObjectNode> cloudsPage(String projectId, ReadScope readScope, DiskQuery query) {
        return reads.read(new Wanted.Disks(projectId, query.whole()))
                .flatMap(page -> redaction(
                                projectId, readScope, items(page, "volumes").toList())
                        .map(redaction -> redaction.links(
                                with(page, "volumes", items(page, "volumes").map(redaction::disk)),
                                "volumes_links",
                                "/v2/" + projectId + "/cloudvolumes/detail?")));
    }

    /** All that may be on a page; where the caller sees a few disks only, the cloud is asked for no others. */
    private Uni<List<JsonNode>> candidates(String projectId, ReadScope readScope, DiskQuery query) {
        var only = readScope
                .diskFilter()
                .map(seen -> query.ids().isEmpty() ? seen : both(seen, query.ids()))
                .orElse(query.ids());
        if (only.isEmpty()
                && (readScope.diskFilter().isPresent() || !query.ids().isEmpty())) {
            return Uni.createFrom().item(List.of());
        }
        var few = only.size() <= DiskQuery.MOST_IDS;
        return walk.disks(projectId, query.only(few ? only : Set.of()), only).map(Inventory::whole);
    }

    private static Set<String> both(Set<String> some, Set<String> others) {
        var common = new HashSet<>(some);
        common.retainAll(others);
        return common;
    }

    private static List<JsonNode> whole(Walk.Found found) {
        if (!found.isWhole()) {
            throw new NotShown(
                    Why.LIST_TOO_LONG,
                    null,
                    "There are more than are looked through for a caller who may not see all of them.");
        }
        return found.items();
    }

    /** EVS names servers by ids of their own: which of them the caller may see takes a look at the servers. */
    private Uni<Redaction> redaction(String projectId, ReadScope readScope, List<JsonNode> disks) {
        var isClear = readScope.isUnrestricted()
                || disks.stream()
                        .filter(disk -> !disk.path("attachments").isEmpty())
                        .allMatch(disk -> readScope.includesDiskOnEveryServer(Redaction.id(disk, "id")));
        return isClear
                ? Uni.createFrom().item(new Redaction(projectId, readScope, Map.of()))
                : walk.servers(projectId, Map.of(), readScope.serverFilter().orElse(Set.of()))
                        .map(found -> new Redaction(projectId, readScope, serverIds(found.items())));
    }

    /** Without the supernode's id, which several servers have in common. */
    private static Map<String, String> serverIds(List<JsonNode> servers) {
        var ids = new HashMap<String, String>();
        for (var server : servers) {
            var id = Redaction.id(server, "id");
            var cloudServer = server.path("cloud_server");
            Stream.of(id, Redaction.id(cloudServer, "id"), Redaction.id(cloudServer, "hps_ecs_id"))
                    .filter(known -> !known.isEmpty())
                    .forEach(known -> ids.put(known, id));
        }
        return ids;
    }

    private static boolean isOn(JsonNode disk, String cloudServerId) {
        return items(disk, "attachments")
                .anyMatch(attachment -> Redaction.id(attachment, "server_id").equals(cloudServerId));
    }

    private static Stream<JsonNode> items(JsonNode page, String field) {
        return StreamSupport.stream(page.path(field).spliterator(), false);
    }

    /** A copy with another part. */
    private static ObjectNode with(ObjectNode document, String field, JsonNode part) {
        ObjectNode copy = document.objectNode();
        copy.setAll(document);
        copy.set(field, part);
        return copy;
    }

    private static ObjectNode with(ObjectNode document, String field, Stream<? extends JsonNode> items) {
        ArrayNode list = document.arrayNode();
        items.forEach(list::add);
        return with(document, field, list);
    }
}
