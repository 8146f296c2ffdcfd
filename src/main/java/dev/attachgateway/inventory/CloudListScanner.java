package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Scans the cloud's lists page by page, for callers whose read scope does not include every item. */
@ApplicationScoped
class CloudListScanner {
    /** Items per page; a page stays far below the maximum size of a response. */
    private static final int PAGE_SIZE = 500;

    private final CloudReadCache readCache;
    private final InventoryConfig config;

    CloudListScanner(CloudReadCache cloudReadCache, InventoryConfig config) {
        this.readCache = cloudReadCache;
        this.config = config;
    }

    /**
     * The items found, in the order of the cloud.
     *
     * @param isComplete whether the scan found all requested items
     */
    record ScanResult(List<JsonNode> items, boolean isComplete) {}

    /**
     * The servers of a project.
     *
     * @param filters the cloud's parameters except those of paging
     * @param wantedIds the ids at which the scan may stop; empty to scan the whole list
     */
    Uni<ScanResult> servers(String projectId, Map<String, String> filters, Set<String> wantedIds) {
        return scan(
                new ScanRequest("data", filters, query -> new CloudQuery.ServerPage(projectId, query), wantedIds),
                new ItemsById(),
                0);
    }

    /** The disks of a project; the parameters are as for {@link #servers}. */
    Uni<ScanResult> disks(String projectId, Map<String, String> filters, Set<String> wantedIds) {
        return scan(
                new ScanRequest("volumes", filters, query -> new CloudQuery.DiskPage(projectId, query), wantedIds),
                new ItemsById(),
                0);
    }

    private record ScanRequest(
            String field,
            Map<String, String> filters,
            Function<Map<String, String>, CloudQuery> queryFactory,
            Set<String> wantedIds) {
        CloudQuery pageQuery(int offset) {
            var query = new HashMap<>(filters);
            query.put("limit", Integer.toString(PAGE_SIZE));
            query.put("offset", Integer.toString(offset));
            return queryFactory.apply(Map.copyOf(query));
        }
    }

    /** Keyed by id, because an item that moves to a later page during the scan is read twice. */
    private static final class ItemsById extends LinkedHashMap<String, JsonNode> {
        private static final long serialVersionUID = 1L;

        ScanResult toResult(boolean isComplete) {
            return new ScanResult(List.copyOf(values()), isComplete);
        }
    }

    private Uni<ScanResult> scan(ScanRequest scanRequest, ItemsById itemsById, int offset) {
        return readCache.read(scanRequest.pageQuery(offset)).flatMap(page -> {
            var items = page.path(scanRequest.field());
            items.forEach(item -> itemsById.put(ResponseRedactor.normalizedId(item, "id"), item));
            var next = offset + PAGE_SIZE;
            if (items.size() < PAGE_SIZE
                    || (!scanRequest.wantedIds().isEmpty()
                            && itemsById.keySet().containsAll(scanRequest.wantedIds()))) {
                return Uni.createFrom().item(itemsById.toResult(true));
            }
            return next >= config.maxScan()
                    ? Uni.createFrom().item(itemsById.toResult(false))
                    : scan(scanRequest, itemsById, next);
        });
    }
}
