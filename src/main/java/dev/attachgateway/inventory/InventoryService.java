package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
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
 * Reads servers and disks within the caller's read scope. A caller with an unrestricted scope gets the cloud's own pages;
 * for other callers the lists are scanned and paged here, so that neither a page nor a count reveals hidden items.
 */
@ApplicationScoped
class InventoryService {
    private final CloudReadCache readCache;
    private final CloudListScanner listScanner;

    InventoryService(CloudReadCache cloudReadCache, CloudListScanner cloudListScanner) {
        this.readCache = cloudReadCache;
        this.listScanner = cloudListScanner;
    }

    /** One server that the caller may see; fails with a {@link ProblemException}. */
    Uni<ObjectNode> server(String projectId, String serverId, ReadScope readScope) {
        return readCache.withTimeout(readCache
                .read(new CloudQuery.ServerById(projectId, serverId))
                .map(server -> new ResponseRedactor(projectId, readScope, Map.of()).redactServer(server)));
    }

    /** One disk that the caller may see, in its envelope; fails with a {@link ProblemException}. */
    Uni<ObjectNode> disk(String projectId, String volumeId, ReadScope readScope) {
        return readCache.withTimeout(readCache
                .read(new CloudQuery.DiskById(projectId, volumeId))
                .flatMap(document -> {
                    var disk = document.path("volume");
                    return redactorFor(projectId, readScope, List.of(disk))
                            .map(responseRedactor -> copyWith(document, "volume", responseRedactor.redactDisk(disk)));
                }));
    }

    /** A page of servers; fails with a {@link ProblemException}. */
    Uni<ObjectNode> servers(String projectId, ReadScope readScope, ServerQuery query) {
        var responseRedactor = new ResponseRedactor(projectId, readScope, Map.of());
        var wantedIds = readScope.serverFilter();
        return readCache.withTimeout(
                wantedIds.isEmpty()
                        ? readCache
                                .read(new CloudQuery.ServerPage(projectId, query.toCloudParameters()))
                                .map(page -> copyWith(
                                        page, "data", items(page, "data").map(responseRedactor::redactServer)))
                        : listScanner
                                .servers(projectId, query.filters(), wantedIds.get())
                                .map(InventoryService::requireComplete)
                                .map(all -> query.toPage(all.stream()
                                        .filter(server ->
                                                readScope.includesServer(ResponseRedactor.normalizedId(server, "id")))
                                        .map(responseRedactor::redactServer)
                                        .toList())));
    }

    /** A page of disks; fails with a {@link ProblemException}. */
    Uni<ObjectNode> disks(String projectId, ReadScope readScope, DiskQuery query) {
        var seesEveryDisk = readScope.diskFilter().isEmpty();
        // The server of a visible disk may be hidden, so the cloud must not count by server.
        return readCache.withTimeout(
                readScope.isUnrestricted()
                                || (seesEveryDisk && query.cloudServerId().isEmpty())
                        ? passThroughPage(projectId, readScope, query)
                        : candidates(projectId, readScope, query)
                                .map(all -> all.stream()
                                        .filter(disk ->
                                                readScope.includesDisk(ResponseRedactor.normalizedId(disk, "id")))
                                        .toList())
                                .flatMap(all -> redactorFor(projectId, readScope, all)
                                        .map(responseRedactor -> query.toPage(all.stream()
                                                .map(responseRedactor::redactDisk)
                                                .filter(disk -> query.cloudServerId().stream()
                                                        .allMatch(server -> isAttachedTo(disk, server)))
                                                .toList()))));
    }

    private Uni<ObjectNode> passThroughPage(String projectId, ReadScope readScope, DiskQuery query) {
        return readCache
                .read(new CloudQuery.DiskPage(projectId, query.toCloudParameters()))
                .flatMap(page -> redactorFor(
                                projectId, readScope, items(page, "volumes").toList())
                        .map(responseRedactor -> responseRedactor.rewriteLinks(
                                copyWith(page, "volumes", items(page, "volumes").map(responseRedactor::redactDisk)),
                                "volumes_links",
                                "/v2/" + projectId + "/cloudvolumes/detail?")));
    }

    /** All disks that may be on a page; if the caller sees only a few disks, only these are requested from the cloud. */
    private Uni<List<JsonNode>> candidates(String projectId, ReadScope readScope, DiskQuery query) {
        var wantedIds = readScope
                .diskFilter()
                .map(visible -> query.ids().isEmpty() ? visible : intersection(visible, query.ids()))
                .orElse(query.ids());
        if (wantedIds.isEmpty()
                && (readScope.diskFilter().isPresent() || !query.ids().isEmpty())) {
            return Uni.createFrom().item(List.of());
        }
        var fitsOneCall = wantedIds.size() <= DiskQuery.MAX_IDS;
        return listScanner
                .disks(projectId, query.filterParameters(fitsOneCall ? wantedIds : Set.of()), wantedIds)
                .map(InventoryService::requireComplete);
    }

    private static Set<String> intersection(Set<String> first, Set<String> second) {
        var common = new HashSet<>(first);
        common.retainAll(second);
        return common;
    }

    private static List<JsonNode> requireComplete(CloudListScanner.ScanResult scanResult) {
        if (!scanResult.isComplete()) {
            throw new ProblemException(
                    ProblemType.LIST_TOO_LONG,
                    "The list is longer than the maximum scanned for a caller who may not see all of it.");
        }
        return scanResult.items();
    }

    /** EVS identifies servers by other ids, so the visible ones can be determined only by reading the servers. */
    private Uni<ResponseRedactor> redactorFor(String projectId, ReadScope readScope, List<JsonNode> disks) {
        var needsNoServers = readScope.isUnrestricted()
                || disks.stream()
                        .filter(disk -> !disk.path("attachments").isEmpty())
                        .allMatch(
                                disk -> readScope.includesDiskOnEveryServer(ResponseRedactor.normalizedId(disk, "id")));
        return needsNoServers
                ? Uni.createFrom().item(new ResponseRedactor(projectId, readScope, Map.of()))
                : listScanner
                        .servers(projectId, Map.of(), readScope.serverFilter().orElse(Set.of()))
                        .map(scanResult ->
                                new ResponseRedactor(projectId, readScope, serverIdsByAlias(scanResult.items())));
    }

    /** The supernode's id is left out, because several servers share it. */
    private static Map<String, String> serverIdsByAlias(List<JsonNode> servers) {
        var ids = new HashMap<String, String>();
        for (var server : servers) {
            var id = ResponseRedactor.normalizedId(server, "id");
            var cloudServer = server.path("cloud_server");
            Stream.of(
                            id,
                            ResponseRedactor.normalizedId(cloudServer, "id"),
                            ResponseRedactor.normalizedId(cloudServer, "hps_ecs_id"))
                    .filter(alias -> !alias.isEmpty())
                    .forEach(alias -> ids.put(alias, id));
        }
        return ids;
    }

    private static boolean isAttachedTo(JsonNode disk, String cloudServerId) {
        return items(disk, "attachments")
                .anyMatch(attachment ->
                        ResponseRedactor.normalizedId(attachment, "server_id").equals(cloudServerId));
    }

    private static Stream<JsonNode> items(JsonNode page, String field) {
        return StreamSupport.stream(page.path(field).spliterator(), false);
    }

    /** A copy with one field replaced. */
    private static ObjectNode copyWith(ObjectNode document, String field, JsonNode part) {
        ObjectNode copy = document.objectNode();
        copy.setAll(document);
        copy.set(field, part);
        return copy;
    }

    private static ObjectNode copyWith(ObjectNode document, String field, Stream<? extends JsonNode> items) {
        ArrayNode list = document.arrayNode();
        items.forEach(list::add);
        return copyWith(document, field, list);
    }
}
