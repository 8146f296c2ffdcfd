package dev.attachgateway.stream.eventlog;

import dev.attachgateway.database.DatabaseTimeout;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads past events from the database. Each result is one statement and so one database snapshot: its head, floor and
 * events are consistent.
 */
@ApplicationScoped
public class EventHistory {
    /** The newest event of a row {@code o}. */
    private static final String NEWEST = """
            cross join lateral (select * from event n where n.operation_id = o.operation_id and n.project_id = $1
                                order by n.position desc limit 1) e""";

    /** Two branches, because each has an index. */
    private static final String UNFINISHED_OR_RECENT = """
            select %s, o.ended from (select operation_id, false as ended from operation where project_id = $1 and ended_at is null
             union all select operation_id, true from operation
             where project_id = $1 and ended_at > now() - make_interval(secs => $2)) o\s""".formatted(EventRowMapper.COLUMNS) + NEWEST;

    private final Pool pool;
    private final StreamConfig config;

    EventHistory(Pool pool, StreamConfig config) {
        this.pool = pool;
        this.config = config;
    }

    /**
     * A project at one moment.
     *
     *
     * @param head the position of its newest event
     * @param newest that event; null if there is none or it was removed
     * @param floor events at this position and before may have been removed
     * @param atPosition the event at the position of the query; null if there is none or it was removed
     * @param events the result, in order
     */
    public record HistoryPage(
            long head,
            @Nullable EventFingerprint newest,
            long floor,
            @Nullable EventFingerprint atPosition,
            List<Event> events) {}

    /**
     * Reads the events of a scope after a position.
     *
     *
     * @param maxScanned the number of the project's events, inside or outside the scope, that are scanned
     * @param limit the maximum number of events; fewer are returned only when no more are within the scanned range
     */
    public Uni<HistoryPage> after(SubscriptionScope subscriptionScope, long position, long maxScanned, int limit) {
        var values = new ArrayList<@Nullable Object>(Arrays.asList(subscriptionScope.projectId(), position, limit));
        var events = "event";
        if (subscriptionScope.filter().operation() == null) {
            // Without the limit a rare filter would scan the whole project without an index.
            values.add(maxScanned);
            events = "(select * from event where project_id = $1 and position > $2 order by position limit $4)";
        }
        var where = conditions(subscriptionScope, values);
        return read(
                "select " + EventRowMapper.COLUMNS + " from " + events
                        + " e where e.project_id = $1 and e.position > $2" + where + " order by e.position limit $3",
                "e.position",
                "$2",
                values);
    }

    /**
     * Reads the latest event of the scope's operation, or of each operation that is unfinished or ended recently:
     * unfinished operations first, and the newest first.
     */
    public Uni<HistoryPage> latest(SubscriptionScope subscriptionScope, int limit) {
        var operation = subscriptionScope.filter().operation();
        if (operation != null) {
            return read(
                    "select " + EventRowMapper.COLUMNS + " from (select $2::uuid as operation_id) o " + NEWEST,
                    "e.position",
                    "null",
                    new ArrayList<>(Arrays.asList(subscriptionScope.projectId(), operation)));
        }
        var values = new ArrayList<@Nullable Object>(Arrays.asList(
                subscriptionScope.projectId(), config.snapshotEndedWindow().toMillis() / 1000.0, limit));
        var where = conditions(subscriptionScope, values);
        return read(
                UNFINISHED_OR_RECENT + " where true" + where + " order by o.ended, e.position desc limit $3",
                "e.ended, e.position desc",
                "null",
                values);
    }

    private static String conditions(SubscriptionScope subscriptionScope, List<@Nullable Object> values) {
        return SqlConditions.of(
                subscriptionScope.filter(), subscriptionScope.readScope(), EventRowMapper.FILTER_COLUMNS, values);
    }

    private Uni<HistoryPage> read(String from, String order, String position, List<@Nullable Object> values) {
        return DatabaseTimeout.limit(pool.preparedQuery("""
            select coalesce(p.position, 0) as head, coalesce(p.floor, 0) as floor,
                h.operation_id as head_operation, h.at as head_at, s.operation_id as seen_operation, s.at as seen_at, e.*
            from (select $1::text as project_id) asked left join event_position p on p.project_id = asked.project_id
            left join event h on h.project_id = p.project_id and h.position = p.position
            left join event s on s.project_id = asked.project_id and s.position = %s::bigint
            left join lateral (%s) e on true order by %s""".formatted(position, from, order))
                .execute(Tuple.from(values))
                .map(EventHistory::read));
    }

    private static HistoryPage read(RowSet<Row> rows) {
        var first = rows.iterator().next();
        return new HistoryPage(
                Objects.requireNonNull(first.getLong("head")),
                EventRowMapper.fingerprint(first, "head_operation", "head_at"),
                Objects.requireNonNull(first.getLong("floor")),
                EventRowMapper.fingerprint(first, "seen_operation", "seen_at"),
                EventRowMapper.events(rows));
    }
}
