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
 * What was, as the database has it. Each answer is one statement and so sees one moment: the head, the floor and the
 * events in it belong together.
 */
@ApplicationScoped
public class EventHistory {
    /** Of a row {@code o}: its newest event. */
    private static final String NEWEST = """
            cross join lateral (select * from event n where n.operation_id = o.operation_id and n.project_id = $1
                                order by n.position desc limit 1) e""";

    /** Two branches, because each has an index. */
    private static final String STANDING = """
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
     * @param head the position of its newest event
     * @param newest that event; null when there is none (any more)
     * @param floor events at this position and before may have been removed
     * @param seen the event at the position that was asked about; null when there is none (any more)
     * @param events what was asked for, in order
     */
    public record Moment(
            long head,
            @Nullable EventFingerprint newest,
            long floor,
            @Nullable EventFingerprint seen,
            List<Event> events) {}

    /**
     * What the audience hears after a position.
     *
     * @param reach how many events of the project, whoever's they are, are looked at for it
     * @param most fewer than so many only when there are no more within the reach
     */
    public Uni<Moment> after(SubscriptionScope subscriptionScope, long position, long reach, int most) {
        var values = new ArrayList<@Nullable Object>(Arrays.asList(subscriptionScope.projectId(), position, most));
        var events = "event";
        if (subscriptionScope.filter().operation() == null) {
            // Else the rarest of wishes would have the whole project read, and by no index.
            values.add(reach);
            events = "(select * from event where project_id = $1 and position > $2 order by position limit $4)";
        }
        var where = conditions(subscriptionScope, values);
        return moment(
                "select " + EventRowMapper.COLUMNS + " from " + events
                        + " e where e.project_id = $1 and e.position > $2" + where + " order by e.position limit $3",
                "e.position",
                "$2",
                values);
    }

    /**
     * The latest event of the audience's operation; or of each of its operations that is unfinished or ended lately: the
     * unfinished before the others, and the newest first.
     */
    public Uni<Moment> latest(SubscriptionScope subscriptionScope, int most) {
        var operation = subscriptionScope.filter().operation();
        if (operation != null) {
            return moment(
                    "select " + EventRowMapper.COLUMNS + " from (select $2::uuid as operation_id) o " + NEWEST,
                    "e.position",
                    "null",
                    new ArrayList<>(Arrays.asList(subscriptionScope.projectId(), operation)));
        }
        var values = new ArrayList<@Nullable Object>(Arrays.asList(
                subscriptionScope.projectId(), config.snapshotEndedWindow().toMillis() / 1000.0, most));
        var where = conditions(subscriptionScope, values);
        return moment(
                STANDING + " where true" + where + " order by o.ended, e.position desc limit $3",
                "e.ended, e.position desc",
                "null",
                values);
    }

    private static String conditions(SubscriptionScope subscriptionScope, List<@Nullable Object> values) {
        return SqlConditions.of(subscriptionScope.filter(), subscriptionScope.sight(), EventRowMapper.FILTERED, values);
    }

    private Uni<Moment> moment(String from, String order, String position, List<@Nullable Object> values) {
        return DatabaseTimeout.limit(pool.preparedQuery("""
            select coalesce(p.position, 0) as head, coalesce(p.floor, 0) as floor,
                h.operation_id as head_operation, h.at as head_at, s.operation_id as seen_operation, s.at as seen_at, e.*
            from (select $1::text as project_id) asked left join event_position p on p.project_id = asked.project_id
            left join event h on h.project_id = p.project_id and h.position = p.position
            left join event s on s.project_id = asked.project_id and s.position = %s::bigint
            left join lateral (%s) e on true order by %s""".formatted(position, from, order))
                .execute(Tuple.from(values))
                .map(EventHistory::moment));
    }

    private static Moment moment(RowSet<Row> rows) {
        var first = rows.iterator().next();
        return new Moment(
                Objects.requireNonNull(first.getLong("head")),
                EventRowMapper.stamp(first, "head_operation", "head_at"),
                Objects.requireNonNull(first.getLong("floor")),
                EventRowMapper.stamp(first, "seen_operation", "seen_at"),
                EventRowMapper.events(rows));
    }
}
