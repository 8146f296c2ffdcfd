package dev.attachgateway.sandbox.http;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The order of a list, by {@code sort_key} and {@code sort_dir}; what is equal stays in the order in which it was made. */
public final class SortOrder {
    /** Where the parameter has another name than the field. */
    private static final Map<String, String> FIELDS = Map.of("createTime", "create_at", "updateTime", "update_at");

    private SortOrder() {}

    /** Empty when one of the two is none that is known. */
    public static Optional<Comparator<JsonObject>> of(
            MultiMap query, Set<String> keys, String usualKey, String usualDir) {
        String key = Optional.ofNullable(query.get("sort_key")).orElse(usualKey);
        String dir = Optional.ofNullable(query.get("sort_dir")).orElse(usualDir).toLowerCase(Locale.ROOT);
        if (!keys.contains(key) || !Set.of("asc", "desc").contains(dir)) {
            return Optional.empty();
        }
        String field = FIELDS.getOrDefault(key, key);
        Comparator<JsonObject> up = (one, other) -> compare(one.getValue(field), other.getValue(field));
        return Optional.of(dir.equals("asc") ? up : up.reversed());
    }

    private static int compare(Object one, Object other) {
        return one instanceof Number some && other instanceof Number more
                ? Long.compare(some.longValue(), more.longValue())
                : String.valueOf(one).compareTo(String.valueOf(other));
    }
}
