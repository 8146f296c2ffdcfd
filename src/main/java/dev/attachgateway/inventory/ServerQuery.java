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
 * The parameters of a request for servers (ModelArts API reference, ListDevServers).
 *
 * @param filters the parameters passed to the cloud for every caller
 */
record ServerQuery(Map<String, String> filters, int limit, int offset) {
    /** The maximum number of servers on a page. */
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
        queryParameterReader
                .oneOf("sort_dir", Set.of("ASC", "DESC"))
                .ifPresent(direction -> filters.put("sort_dir", direction));
        queryParameterReader
                .oneOf("sort_key", Set.of("createTime", "updateTime"))
                .ifPresent(key -> filters.put("sort_key", key));
        return new ServerQuery(
                Map.copyOf(filters),
                queryParameterReader.number("limit", 0, MAX_LIMIT, DEFAULT_LIMIT),
                queryParameterReader.number("offset", 0, Integer.MAX_VALUE, 0));
    }

    /** The query parameters of the call to the cloud. */
    Map<String, String> toCloudParameters() {
        var all = new HashMap<>(filters);
        all.put("limit", Integer.toString(limit));
        all.put("offset", Integer.toString(offset));
        return Map.copyOf(all);
    }

    /** The requested page of the visible servers, in the format of the cloud. */
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
