package dev.attachgateway.stream;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The events of all projects, in the database: what is committed there is what watchers see, once and in order. */
@ApplicationScoped
public class EventLog {
    private static final String COLUMNS = "e.project_id, e.position, e.operation_id, e.status, e.data";

    /** Position and event are one statement: two would let the counter move without its event. */
    private static final String APPEND = """
            with next as (
                insert into event_position (project_id, position) values ($1, 1)
                on conflict (project_id) do update set position = event_position.position + 1
                returning position)
            insert into event (project_id, position, operation_id, server_id, volume_id, caller, status_before, status, data)
            select $1, next.position, $2, $3, $4, $5, $6, $7, $8 from next
            returning position""";

    private static final String OF_OPERATION = "select " + COLUMNS + """
             from event e where e.operation_id = $1 and e.project_id = $2 and e.position > $3
            order by e.position limit $4""";

    /** One statement sees one moment: the head and the latest event belong together. */
    private static final String LATEST = "select " + COLUMNS + """
            , p.position as head from event_position p
            left join lateral (select * from event where operation_id = $1 and project_id = p.project_id
                               order by position desc limit 1) e on true
            where p.project_id = $2""";

    private static final String SINCE = "select " + COLUMNS + """
             from unnest($1::text[], $2::bigint[]) as seen (project_id, position)
            cross join lateral (select * from event n where n.project_id = seen.project_id
                                and n.position > seen.position order by n.position limit $3) e
            order by e.project_id, e.position""";

    /** The database does not answer. */
    public static class Unavailable extends RuntimeException {
        public Unavailable(Throwable cause) {
            super("the database does not answer", cause);
        }
    }

    /** A database that stands still is as good as one that is away. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

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
                        draft.caller(),
                        draft.statusBefore(),
                        draft.status(),
                        draft.data())))
                .map(rows -> rows.iterator().next().getLong("position"));
    }

    /** What the database answers in time; fails with {@link Unavailable} otherwise. */
    public static <T> Uni<T> inTime(Uni<T> answer) {
        return answer.ifNoItem().after(PATIENCE).fail().onFailure().transform(Unavailable::new);
    }

    /** The events of one operation after a position, oldest first. */
    Uni<List<Event>> ofOperation(String projectId, UUID operationId, long after, int limit) {
        return inTime(pool.preparedQuery(OF_OPERATION)
                .execute(Tuple.of(operationId, projectId, after, limit))
                .map(EventLog::events));
    }

    /** The project's head together with the operation's latest event at that very moment. */
    Uni<Snapshot> snapshot(String projectId, UUID operationId) {
        return inTime(pool.preparedQuery(LATEST)
                .execute(Tuple.of(operationId, projectId))
                .map(rows -> {
                    var found = rows.iterator();
                    if (!found.hasNext()) {
                        return new Snapshot(0, null);
                    }
                    var row = found.next();
                    return new Snapshot(row.getLong("head"), row.getUUID("operation_id") == null ? null : event(row));
                }));
    }

    /** The position of the project's newest event; 0 when it has none. */
    Uni<Long> head(String projectId) {
        return inTime(pool.preparedQuery("select position from event_position where project_id = $1")
                .execute(Tuple.of(projectId))
                .map(rows -> rows.rowCount() == 0 ? 0L : rows.iterator().next().getLong("position")));
    }

    /** What has come in the projects named since the positions given, at most so many for each project. */
    Uni<List<Event>> since(Map<String, Long> seen, int limitEach) {
        var projects = seen.keySet().toArray(String[]::new);
        var positions = Arrays.stream(projects).map(seen::get).toArray(Long[]::new);
        return inTime(pool.preparedQuery(SINCE)
                .execute(Tuple.of(projects, positions, limitEach))
                .map(EventLog::events));
    }

    /**
     * A project at one moment.
     *
     * @param head the position of its newest event
     * @param latest the operation's latest event, if it has any
     */
    record Snapshot(long head, @Nullable Event latest) {}

    private static List<Event> events(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(EventLog::event)
                .toList();
    }

    private static Event event(Row row) {
        var status = row.getString("status");
        return new Event(
                row.getString("project_id"),
                row.getLong("position"),
                row.getUUID("operation_id"),
                status.equals("success") || status.equals("failed"),
                row.getString("data"));
    }
}
