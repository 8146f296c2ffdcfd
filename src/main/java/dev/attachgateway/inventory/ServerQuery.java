package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.request.InvalidRequestException;
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
    static final int MAX_LIMIT = 1024;

    static final int DEFAULT_LIMIT = 10;
    private static final List<String> PARAMETER_NAMES = List.of("owner", "sort_dir", "sort_key", "limit", "offset");

    static ServerQuery parse(MultiMap query, InvalidRequestException.RequestValidation requestValidation) {
        requestValidation.allowListedParameters(Set.copyOf(query.names()), PARAMETER_NAMES);
        var queryParameterReader = new QueryParameterReader(query, requestValidation);
        var filters = new HashMap<String, String>();
        queryParameterReader
                .text("owner", QueryParameterReader.singleLine(64), "has to be 1 to 64 characters")
                .ifPresent(owner -> filters.put("owner", owner));
        queryParameterReader.oneOf("sort_dir", Set.of("ASC", "DESC")).ifPresent(way -> filters.put("sort_dir", way));
        queryParameterReader
                .oneOf("sort_key", Set.of("createTime", "updateTime"))
                .ifPresent(key -> filters.put("sort_key", key));
        return new ServerQuery(
                Map.copyOf(filters),
                queryParameterReader.number("limit", 0, MAX_LIMIT, DEFAULT_LIMIT),
                queryParameterReader.number("offset", 0, Integer.MAX_VALUE, 0));
    }

    /** As the cloud takes it. */
    Map<String, String> toCloudParameters() {
        var all = new HashMap<>(filters);
        all.put("limit", Integer.toString(limit));
        all.put("offset", Integer.toString(offset));
        return Map.copyOf(all);
    }

    /** The page of all those that the caller may see, in the cloud's form. */
    ObjectNode toPage(List<ObjectNode> visible) {
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
