package dev.attachgateway.sandbox.http;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sort order of a list by {@code sort_key} and {@code sort_dir}; equal elements keep their order of creation. */
public final class SortOrder {
    /** Sort keys whose document field has another name. */
    private static final Map<String, String> FIELD_BY_SORT_KEY =
            Map.of("createTime", "create_at", "updateTime", "update_at");

    private SortOrder() {}

    /** Parses the sort order; empty when the key or the direction is unknown. */
    public static Optional<Comparator<JsonObject>> parse(
            MultiMap query, Set<String> keys, String defaultKey, String defaultDirection) {
        String key = Optional.ofNullable(query.get("sort_key")).orElse(defaultKey);
        String direction = Optional.ofNullable(query.get("sort_dir"))
                .orElse(defaultDirection)
                .toLowerCase(Locale.ROOT);
        if (!keys.contains(key) || !Set.of("asc", "desc").contains(direction)) {
            return Optional.empty();
        }
        String field = FIELD_BY_SORT_KEY.getOrDefault(key, key);
        Comparator<JsonObject> ascending = (one, other) -> compare(one.getValue(field), other.getValue(field));
        return Optional.of(direction.equals("asc") ? ascending : ascending.reversed());
    }

    private static int compare(Object one, Object other) {
        return one instanceof Number first && other instanceof Number second
                ? Long.compare(first.longValue(), second.longValue())
                : String.valueOf(one).compareTo(String.valueOf(other));
    }
}
