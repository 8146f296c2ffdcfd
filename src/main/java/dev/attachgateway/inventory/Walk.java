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
class Walk {
    /** On one page: far less than the longest answer that is read. */
    private static final int STEP = 500;

    private final Reads reads;
    private final InventoryConfig config;

    Walk(Reads reads, InventoryConfig config) {
        this.reads = reads;
        this.config = config;
    }

    /**
     * What was found, in the cloud's order.
     *
     * @param isWhole whether it is all that was looked for
     */
    record Found(List<JsonNode> items, boolean isWhole) {}

    /**
     * The servers of a project.
     *
     * @param filters the cloud's own parameters but for those of paging
     * @param only the ids after which nothing more has to be looked for; empty when everything is
     */
    Uni<Found> servers(String projectId, Map<String, String> filters, Set<String> only) {
        return walk(new Way("data", filters, query -> new Wanted.Servers(projectId, query), only), new Seen(), 0);
    }

    /** The disks of a project, in the same way. */
    Uni<Found> disks(String projectId, Map<String, String> filters, Set<String> only) {
        return walk(new Way("volumes", filters, query -> new Wanted.Disks(projectId, query), only), new Seen(), 0);
    }

    private record Way(
            String field, Map<String, String> filters, Function<Map<String, String>, Wanted> page, Set<String> only) {
        Wanted at(int offset) {
            var query = new HashMap<>(filters);
            query.put("limit", Integer.toString(STEP));
            query.put("offset", Integer.toString(offset));
            return page.apply(Map.copyOf(query));
        }
    }

    /** By id, since what moves to a later page meanwhile comes twice. */
    private static final class Seen extends LinkedHashMap<String, JsonNode> {
        private static final long serialVersionUID = 1L;

        Found found(boolean isWhole) {
            return new Found(List.copyOf(values()), isWhole);
        }
    }

    private Uni<Found> walk(Way way, Seen seen, int offset) {
        return reads.read(way.at(offset)).flatMap(page -> {
            var items = page.path(way.field());
            items.forEach(item -> seen.put(Redaction.id(item, "id"), item));
            var next = offset + STEP;
            if (items.size() < STEP || (!way.only().isEmpty() && seen.keySet().containsAll(way.only()))) {
                return Uni.createFrom().item(seen.found(true));
            }
            return next >= config.listMost() ? Uni.createFrom().item(seen.found(false)) : walk(way, seen, next);
        });
    }
}
