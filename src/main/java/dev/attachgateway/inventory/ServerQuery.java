package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.operation.InvalidRequest;
import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which servers are asked for (ModelArts API reference, ListDevServers).
 *
 * @param filters the parameters that are passed on whoever asks
 */
record ServerQuery(Map<String, String> filters, int limit, int offset) {
    /** Servers on a page at most. */
    static final int MOST = 1024;

    static final int USUAL = 10;
    private static final List<String> NAMES = List.of("owner", "sort_dir", "sort_key", "limit", "offset");

    static ServerQuery read(MultiMap query, InvalidRequest.Look look) {
        look.onlyParameters(Set.copyOf(query.names()), NAMES);
        var parameters = new Parameters(query, look);
        var filters = new HashMap<String, String>();
        parameters
                .text("owner", Parameters.line(64), "has to be 1 to 64 characters")
                .ifPresent(owner -> filters.put("owner", owner));
        parameters.word("sort_dir", Set.of("ASC", "DESC")).ifPresent(way -> filters.put("sort_dir", way));
        parameters.word("sort_key", Set.of("createTime", "updateTime")).ifPresent(key -> filters.put("sort_key", key));
        return new ServerQuery(
                Map.copyOf(filters),
                parameters.number("limit", 0, MOST, USUAL),
                parameters.number("offset", 0, Integer.MAX_VALUE, 0));
    }

    /** As the cloud takes it. */
    Map<String, String> whole() {
        var all = new HashMap<>(filters);
        all.put("limit", Integer.toString(limit));
        all.put("offset", Integer.toString(offset));
        return Map.copyOf(all);
    }

    /** The page of all those that the caller may see, in the cloud's form. */
    ObjectNode page(List<ObjectNode> visible) {
        var size = Math.max(1, limit);
        var page = JsonNodeFactory.instance
                .objectNode()
                .put("current", offset / size + 1)
                .put("pages", Math.ceilDiv(visible.size(), size))
                .put("size", limit)
                .put("total", visible.size());
        page.putArray("data").addAll(visible.stream().skip(offset).limit(limit).toList());
        return page;
    }
}
