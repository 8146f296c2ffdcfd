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
 * Translates a filter and a read scope to SQL. Only restrictions become conditions, so that the database can choose an
 * index by them.
 */
public final class SqlConditions {
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final StringBuilder text = new StringBuilder();
    private final List<@Nullable Object> values;

    private SqlConditions(List<@Nullable Object> values) {
        this.values = values;
    }

    /**
     * The columns of a statement that conditions apply to.
     *
     *
     * @param statuses the columns of which at least one has to match
     */
    public record Columns(
            String operation, String server, String volume, String type, String caller, List<String> statuses) {}

    /**
     * The conditions, each of which begins with {@code and}.
     *
     *
     * @param values the statement's parameters so far; those of the conditions are appended
     */
    public static String of(EventFilter filter, ReadScope readScope, Columns columns, List<@Nullable Object> values) {
        var conditions = new SqlConditions(values);
        var operation = filter.operation();
        if (operation != null) {
            conditions.add(columns.operation() + " = " + conditions.value(operation));
        }
        conditions.anyOf(columns.server(), filter.servers().toArray(UUID[]::new));
        conditions.anyOf(columns.volume(), filter.volumes().toArray(UUID[]::new));
        conditions.anyOf(columns.type(), filter.types().toArray(String[]::new));
        conditions.anyOf(columns.caller(), filter.callers().toArray(String[]::new));
        if (!filter.statuses().isEmpty()) {
            var parameter = conditions.value(filter.statuses().toArray(String[]::new));
            conditions.add("("
                    + String.join(
                            " or ",
                            columns.statuses().stream()
                                    .map(column -> column + " = any(" + parameter + ")")
                                    .toList())
                    + ")");
        }
        if (!readScope.isUnrestricted()) {
            // Redundant to the exact condition below, but an index can serve them.
            conditions.anyOf(columns.server(), allowedIds(readScope, ReadScope.ResourceSet::servers));
            conditions.anyOf(columns.volume(), allowedIds(readScope, ReadScope.ResourceSet::disks));
            conditions.add(conditions.inScope(readScope, columns));
        }
        return conditions.text.toString();
    }

    private void add(String condition) {
        text.append(" and ").append(condition);
    }

    private <T> void anyOf(String column, T[] accepted) {
        if (accepted.length > 0) {
            add(column + " = any(" + value(accepted) + ")");
        }
    }

    /** The ids that the read scope names; empty if it contains a wildcard. */
    private static UUID[] allowedIds(ReadScope readScope, Function<ReadScope.ResourceSet, Set<String>> ids) {
        var allowedIds = readScope.resourceSets().stream()
                .flatMap(resourceSet -> ids.apply(resourceSet).stream())
                .toList();
        return allowedIds.stream().allMatch(UUID_FORM.asMatchPredicate())
                ? allowedIds.stream().map(UUID::fromString).distinct().toArray(UUID[]::new)
                : new UUID[0];
    }

    private String inScope(ReadScope readScope, Columns columns) {
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
