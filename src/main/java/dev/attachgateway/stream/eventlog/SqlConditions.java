package dev.attachgateway.stream.eventlog;

import dev.attachgateway.access.policy.ReadScope;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A filter and a sight as SQL. Only what limits anything becomes a condition, so that the database can choose its way by
 * it.
 */
public final class SqlConditions {
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final StringBuilder text = new StringBuilder();
    private final List<@Nullable Object> values;

    private SqlConditions(List<@Nullable Object> values) {
        this.values = values;
    }

    /**
     * Where the rows of a statement have what is asked for.
     *
     * @param statuses the columns of which one has to match
     */
    public record Columns(
            String operation, String server, String volume, String type, String caller, List<String> statuses) {}

    /**
     * Conditions that all begin with {@code and}.
     *
     * @param values the statement's values so far; those of the conditions are added
     */
    public static String of(EventFilter filter, ReadScope readScope, Columns columns, List<@Nullable Object> values) {
        var made = new SqlConditions(values);
        var operation = filter.operation();
        if (operation != null) {
            made.add(columns.operation() + " = " + made.value(operation));
        }
        made.any(columns.server(), filter.servers().toArray(UUID[]::new));
        made.any(columns.volume(), filter.volumes().toArray(UUID[]::new));
        made.any(columns.type(), filter.types().toArray(String[]::new));
        made.any(columns.caller(), filter.callers().toArray(String[]::new));
        if (!filter.statuses().isEmpty()) {
            var words = made.value(filter.statuses().toArray(String[]::new));
            made.add("("
                    + String.join(
                            " or ",
                            columns.statuses().stream()
                                    .map(column -> column + " = any(" + words + ")")
                                    .toList())
                    + ")");
        }
        if (!readScope.isUnrestricted()) {
            // What one index can do, though the exact condition is the last one.
            made.any(columns.server(), all(readScope, ReadScope.ResourceSet::servers));
            made.any(columns.volume(), all(readScope, ReadScope.ResourceSet::disks));
            made.add(made.visible(readScope, columns));
        }
        return made.text.toString();
    }

    private void add(String condition) {
        text.append(" and ").append(condition);
    }

    private <T> void any(String column, T[] wanted) {
        if (wanted.length > 0) {
            add(column + " = any(" + value(wanted) + ")");
        }
    }

    /** All that is visible at most; empty when anything may be. */
    private static UUID[] all(ReadScope readScope, Function<ReadScope.ResourceSet, Set<String>> ids) {
        var all = readScope.resourceSets().stream()
                .flatMap(resourceSet -> ids.apply(resourceSet).stream())
                .toList();
        return all.stream().allMatch(UUID_FORM.asMatchPredicate())
                ? all.stream().map(UUID::fromString).distinct().toArray(UUID[]::new)
                : new UUID[0];
    }

    private String visible(ReadScope readScope, Columns columns) {
        var parts = new JsonArray();
        readScope
                .resourceSets()
                .forEach(resourceSet -> parts.add(new JsonObject()
                        .put("servers", array(resourceSet.servers()))
                        .put("disks", array(resourceSet.disks()))));
        return "exists (select from jsonb_array_elements(" + value(parts) + "::jsonb) part"
                + " where part -> 'servers' ?| array['*', " + columns.server() + "::text]"
                + " and part -> 'disks' ?| array['*', " + columns.volume() + "::text])";
    }

    private static JsonArray array(Set<String> ids) {
        return new JsonArray(new ArrayList<>(ids));
    }

    private String value(Object value) {
        values.add(value);
        return "$" + values.size();
    }
}
