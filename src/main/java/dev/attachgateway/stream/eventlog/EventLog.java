package dev.attachgateway.stream.eventlog;

import dev.attachgateway.database.DatabaseTimeout;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The events of all projects, in the database: what is committed there is what watchers see, once and in order. */
@ApplicationScoped
public class EventLog {
    /**
     * Position and event are one statement: two would let the counter move without its event. The time is that of the
     * event's turn, after any wait for the counter, so that times follow positions.
     */
    private static final String APPEND = """
            with next as (
                insert into event_position (project_id, position) values ($1, 1)
                on conflict (project_id) do update set position = event_position.position + 1
                returning position)
            insert into event (project_id, position, operation_id, server_id, volume_id, type, caller, status_before,
                status, data, traceparent, at)
            select $1, next.position, $2, $3, $4, $5, $6, $7, $8, $9,
                (select traceparent from operation where operation_id = $2), clock_timestamp() from next
            returning position""";

    private static final String STANDING = """
            select %s as mark, coalesce(p.position, 0) as head, h.operation_id, h.at
            from (select $1::text as project_id) asked
            left join event_position p on p.project_id = asked.project_id
            left join event h on h.project_id = p.project_id and h.position = p.position""".formatted(HistoryEpoch.MARK);

    /**
     * One row for each new event, one for each project that went back, and at least one. A project went back when it has
     * fewer events than were read, or another one where the last of them was.
     */
    private static final String SINCE = """
            select m.mark, clock_timestamp() as answered_at, e.* from (select %s as mark) m
            left join (
                select went.back, %s
                from unnest($1::text[], $2::bigint[], $3::uuid[], $4::timestamptz[])
                    as seen (project_id, position, operation_id, at)
                left join event_position p on p.project_id = seen.project_id
                left join event last on last.project_id = seen.project_id and last.position = seen.position
                cross join lateral (select coalesce(p.position, 0) < seen.position
                    or coalesce(last.operation_id <> seen.operation_id or last.at <> seen.at, false)) went (back)
                left join lateral (select * from event n where n.project_id = seen.project_id
                                   and n.position > seen.position order by n.position limit $5) e on true
                where e.position is not null or went.back
            ) e on true
            order by e.project_id, e.position""".formatted(HistoryEpoch.MARK, EventRowMapper.COLUMNS);

    private static final String REMOVE = """
            with gone as (delete from event where operation_id = any($1) returning project_id, position),
                highest as (select project_id, max(position) as position from gone group by project_id)
            update event_position p set floor = greatest(p.floor, h.position)
            from highest h where p.project_id = h.project_id""";

    private final Pool pool;

    public EventLog(Pool pool) {
        this.pool = pool;
    }

    /**
     * Writes an event. It has to be the transaction's last statement: the counter row stays locked until the commit.
     *
     * @return the event's position in its project
     */
    public Uni<Long> append(SqlConnection transaction, Event.Draft draft) {
        return transaction
                .preparedQuery(APPEND)
                .execute(Tuple.from(Arrays.asList(
                        draft.projectId(),
                        draft.operationId(),
                        draft.serverId(),
                        draft.volumeId(),
                        draft.type(),
                        draft.caller(),
                        draft.statusBefore(),
                        draft.status(),
                        draft.data())))
                .map(rows -> rows.iterator().next().getLong("position"));
    }

    /**
     * Removes all events of operations, and has their projects say from where on nothing is missing. It has to be the
     * transaction's last statement, for the same reason.
     */
    public Uni<Void> remove(SqlConnection transaction, List<UUID> operations) {
        return transaction
                .preparedQuery(REMOVE)
                .execute(Tuple.tuple().addArrayOfUUID(operations.toArray(UUID[]::new)))
                .replaceWithVoid();
    }

    /**
     * A project at one moment.
     *
     * @param mark of the history, see {@link HistoryEpoch#MARK}
     * @param head the position of its newest event; 0 when it has none
     * @param newest that event; null when it has none (any more)
     */
    public record Standing(String mark, long head, @Nullable EventFingerprint newest) {}

    /** How far a project was read; null when the event there is not known. */
    public record Cursor(
            String projectId, long position, @Nullable EventFingerprint newest) {}

    /**
     * What a poll finds.
     *
     * @param mark of the history, see {@link HistoryEpoch#MARK}
     * @param at when, by the database's clock
     * @param back whether a project has fewer or other events than were read of it
     * @param events in the order of each project
     */
    public record News(String mark, Instant at, boolean back, List<Event> events) {}

    public Uni<Standing> standing(String projectId) {
        return DatabaseTimeout.limit(pool.preparedQuery(STANDING)
                .execute(Tuple.of(projectId))
                .map(rows -> {
                    var row = rows.iterator().next();
                    return new Standing(
                            mark(row), row.getLong("head"), EventRowMapper.stamp(row, "operation_id", "at"));
                }));
    }

    /** The history there is now. */
    public Uni<HistoryEpoch.History> history() {
        return DatabaseTimeout.limit(pool.query(HistoryEpoch.QUERY).execute().map(rows -> {
            var row = rows.iterator().next();
            return HistoryEpoch.History.of(row.getString("cluster"), mark(row));
        }));
    }

    /** Positions went back, and the history has kept its mark: gives it another one, unless somebody else just did. */
    public Uni<Void> beginAnew(String mark) {
        return DatabaseTimeout.limit(pool.preparedQuery(
                        "update event_history set generation = gen_random_uuid() where " + HistoryEpoch.MARK + " = $1")
                .execute(Tuple.of(mark))
                .replaceWithVoid());
    }

    /** What has come in the projects named since the positions given, at most so many for each project. */
    public Uni<News> since(List<Cursor> seen, int limitEach) {
        var stamps = seen.stream().map(Cursor::newest).toList();
        return DatabaseTimeout.limit(pool.preparedQuery(SINCE)
                .execute(Tuple.of(
                        seen.stream().map(Cursor::projectId).toArray(String[]::new),
                        seen.stream().map(Cursor::position).toArray(Long[]::new),
                        stamps.stream()
                                .map(it -> it == null ? null : it.operationId())
                                .toArray(UUID[]::new),
                        stamps.stream()
                                .map(it -> it == null ? null : it.at().atOffset(ZoneOffset.UTC))
                                .toArray(OffsetDateTime[]::new),
                        limitEach))
                .map(rows -> new News(
                        mark(rows.iterator().next()),
                        rows.iterator().next().getOffsetDateTime("answered_at").toInstant(),
                        StreamSupport.stream(rows.spliterator(), false)
                                .anyMatch(row -> Boolean.TRUE.equals(row.getBoolean("back"))),
                        EventRowMapper.events(rows))));
    }

    /** There is none for a moment of a restore in several transactions. */
    private static String mark(Row row) {
        return Objects.requireNonNull(row.getString("mark"), "the event table is away");
    }
}
