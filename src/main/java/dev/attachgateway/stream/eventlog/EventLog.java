package dev.attachgateway.stream.eventlog;

import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.database.NamedStatement;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The events of all projects in the database: subscribers receive each committed event once and in order. */
@ApplicationScoped
public class EventLog {
    /**
     * Position and event are one statement: two would let the counter move without its event. The time is taken after
     * any wait for the counter, so that times follow positions.
     */
    private static final NamedStatement APPEND = NamedStatement.parse("""
            with next as (
                insert into event_position (project_id, position) values (:project_id, 1)
                on conflict (project_id) do update set position = event_position.position + 1
                returning position)
            insert into event (project_id, position, operation_id, server_id, volume_id, type, caller, status_before,
                status, data, traceparent, at)
            select :project_id, next.position, :operation_id, :server_id, :volume_id, :type, :caller,
                :status_before, :status, :data,
                (select traceparent from operation where operation_id = :operation_id), clock_timestamp() from next
            returning position""");

    private static final String HEAD = """
            select %s as mark, coalesce(p.position, 0) as head, h.operation_id, h.at
            from (select $1::text as project_id) asked
            left join event_position p on p.project_id = asked.project_id
            left join event h on h.project_id = p.project_id and h.position = p.position""".formatted(HistoryEpoch.MARKER);

    /**
     * One row for each new event, one for each project whose positions went back, and at least one. A project went back
     * when it has fewer events than were read, or a different event at the last position that was read.
     */
    private static final String POLL = """
            select m.mark, e.* from (select %s as mark) m
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
            order by e.project_id, e.position""".formatted(HistoryEpoch.MARKER, EventRowMapper.COLUMNS);

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
     *
     * @return the event's position in its project
     */
    public Uni<Long> append(SqlConnection transaction, Event.Draft draft) {
        return APPEND.values()
                .set("project_id", draft.projectId())
                .set("operation_id", draft.operationId())
                .set("server_id", draft.serverId())
                .set("volume_id", draft.volumeId())
                .set("type", draft.type())
                .set("caller", draft.caller())
                .set("status_before", draft.statusBefore())
                .set("status", draft.status())
                .set("data", draft.data())
                .execute(transaction)
                .map(rows -> rows.iterator().next().getLong("position"));
    }

    /**
     * Removes all events of operations and raises the floor of their projects. It has to be the transaction's last
     * statement: the counter row stays locked until the commit.
     */
    public Uni<Void> remove(SqlConnection transaction, List<UUID> operations) {
        return transaction
                .preparedQuery(REMOVE)
                .execute(Tuple.tuple().addArrayOfUUID(operations.toArray(UUID[]::new)))
                .replaceWithVoid();
    }

    /**
     * A project's newest event.
     *
     *
     * @param marker of the history, see {@link HistoryEpoch#MARKER}
     * @param position of its newest event; 0 if it has none
     * @param newest that event; null if it has none or it was removed
     */
    public record Head(
            String marker, long position, @Nullable EventFingerprint newest) {}

    /** The position up to which a project was read, and the event there; null if that event is unknown. */
    public record Cursor(
            String projectId, long position, @Nullable EventFingerprint newest) {}

    /**
     * The result of a poll.
     *
     *
     * @param marker of the history, see {@link HistoryEpoch#MARKER}
     * @param rewound whether a project has fewer or different events than were read from it
     * @param events in the order of each project
     */
    public record PollResult(String marker, boolean rewound, List<Event> events) {}

    public Uni<Head> head(String projectId) {
        return DatabaseTimeout.limit(pool.preparedQuery(HEAD)
                .execute(Tuple.of(projectId))
                .map(rows -> {
                    var row = rows.iterator().next();
                    return new Head(
                            marker(row), row.getLong("head"), EventRowMapper.fingerprint(row, "operation_id", "at"));
                }));
    }

    /** Reads the current history. */
    public Uni<HistoryEpoch.History> history() {
        return DatabaseTimeout.limit(pool.query(HistoryEpoch.QUERY).execute().map(rows -> {
            var row = rows.iterator().next();
            return HistoryEpoch.History.of(row.getString("cluster"), marker(row));
        }));
    }

    /**
     * Gives the history another marker after positions went back under the same one, unless another replica has just
     * done so.
     */
    public Uni<Void> renewMarker(String marker) {
        return DatabaseTimeout.limit(pool.preparedQuery("update event_history set generation = gen_random_uuid() where "
                        + HistoryEpoch.MARKER + " = $1")
                .execute(Tuple.of(marker))
                .replaceWithVoid());
    }

    /** Reads the new events of each project after its cursor, up to a limit for each project. */
    public Uni<PollResult> poll(List<Cursor> cursors, int limitPerProject) {
        var fingerprints = cursors.stream().map(Cursor::newest).toList();
        return DatabaseTimeout.limit(pool.preparedQuery(POLL)
                .execute(Tuple.of(
                        cursors.stream().map(Cursor::projectId).toArray(String[]::new),
                        cursors.stream().map(Cursor::position).toArray(Long[]::new),
                        fingerprints.stream()
                                .map(fingerprint -> fingerprint == null ? null : fingerprint.operationId())
                                .toArray(UUID[]::new),
                        fingerprints.stream()
                                .map(fingerprint -> fingerprint == null
                                        ? null
                                        : fingerprint.at().atOffset(ZoneOffset.UTC))
                                .toArray(OffsetDateTime[]::new),
                        limitPerProject))
                .map(rows -> new PollResult(
                        marker(rows.iterator().next()),
                        StreamSupport.stream(rows.spliterator(), false)
                                .anyMatch(row -> Boolean.TRUE.equals(row.getBoolean("back"))),
                        EventRowMapper.events(rows))));
    }

    /** The event table is missing for a moment of a restore in several transactions. */
    private static String marker(Row row) {
        return Objects.requireNonNull(row.getString("mark"), "The event table is missing.");
    }
}
