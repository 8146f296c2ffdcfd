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

/** Looks through the cloud's lists page by page, for those who may not see all that is in them. */
@ApplicationScoped
class CloudListScanner {
    /** On one page: far less than the longest answer that is read. */
    private static final int PAGE_SIZE = 500;

    private final CloudReadCache readCache;
    private final InventoryConfig config;

    CloudListScanner(CloudReadCache cloudReadCache, InventoryConfig config) {
        this.readCache = cloudReadCache;
        this.config = config;
    }

    /**
     * What was found, in the cloud's order.
     *
     * @param isComplete whether it is all that was looked for
     */
    record ScanResult(List<JsonNode> items, boolean isComplete) {}

    /**
     * The servers of a project.
     *
     * @param filters the cloud's own parameters but for those of paging
     * @param only the ids after which nothing more has to be looked for; empty when everything is
     */
    Uni<ScanResult> servers(String projectId, Map<String, String> filters, Set<String> only) {
        return scan(
                new ScanRequest("data", filters, query -> new CloudQuery.ServerPage(projectId, query), only),
                new ItemsById(),
                0);
    }

    /** The disks of a project, in the same way. */
    Uni<ScanResult> disks(String projectId, Map<String, String> filters, Set<String> only) {
        return scan(
                new ScanRequest("volumes", filters, query -> new CloudQuery.DiskPage(projectId, query), only),
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

    /** By id, since what moves to a later page meanwhile comes twice. */
    private static final class ItemsById extends LinkedHashMap<String, JsonNode> {
        private static final long serialVersionUID = 1L;

        ScanResult toResult(boolean isWhole) {
            return new ScanResult(List.copyOf(values()), isWhole);
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
