package dev.attachgateway.operation;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.stream.EventLog;
import dev.attachgateway.stream.Notifications;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** Where nothing is sent for now, on all replicas: {@link Turns} looks here before each send. */
@ApplicationScoped
public class Pauses {
    private static final String ALL =
            "select project_id, reason, paused_by, at from pause where $1 in (project_id, '*') or project_id = '*'"
                    + " order by at desc, project_id";

    private static final String SET = """
            insert into pause (project_id, reason, paused_by) values ($1, $2, $3)
            on conflict (project_id) do update
                set reason = excluded.reason, paused_by = excluded.paused_by, at = statement_timestamp()
            returning project_id, reason, paused_by, at""";

    private final Pool pool;
    private final AuditLog audit;
    private final Notifications notifications;

    Pauses(Pool pool, AuditLog audit, Notifications notifications) {
        this.pool = pool;
        this.audit = audit;
        this.notifications = notifications;
    }

    /**
     * What holds up a project, the newest first.
     *
     * @param projectId {@link Pause#EVERYWHERE} for the pauses of all projects
     */
    public Uni<List<Pause>> of(String projectId) {
        return EventLog.inTime(
                pool.preparedQuery(ALL).execute(Tuple.of(projectId)).map(Pauses::all));
    }

    /**
     * Begins a pause, or gives one that holds another reason.
     *
     * @param reason 1 to 500 characters
     * @param allowed the decision that allowed it
     */
    public Uni<Pause> pause(String projectId, String reason, AuditEntry allowed) {
        var by = Objects.requireNonNull(allowed.caller()).displayName();
        return EventLog.inTime(pool.withTransaction(transaction -> transaction
                        .preparedQuery(SET)
                        .execute(Tuple.of(projectId, reason, by))
                        .call(set -> audit.record(transaction, allowed.withReason("Paused: " + reason)))))
                .map(rows -> all(rows).getFirst());
    }

    /**
     * Ends a pause and wakes what waited for it; a project that was not paused stays so.
     *
     * @param allowed the decision that allowed it
     * @return what holds the project up still
     */
    public Uni<List<Pause>> resume(String projectId, AuditEntry allowed) {
        return EventLog.inTime(pool.withTransaction(transaction -> transaction
                        .preparedQuery("delete from pause where project_id = $1")
                        .execute(Tuple.of(projectId))
                        .call(gone -> audit.record(transaction, allowed.withReason("Resumed.")))))
                .invoke(notifications::committed)
                .flatMap(gone -> of(projectId));
    }

    private static List<Pause> all(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new Pause(
                        row.getString("project_id"),
                        row.getString("reason"),
                        row.getString("paused_by"),
                        row.getOffsetDateTime("at").toInstant()))
                .toList();
    }
}
