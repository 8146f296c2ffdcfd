package dev.attachgateway.operation.intervention;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.operation.precondition.ServerQueue;
import dev.attachgateway.stream.tail.EventNotifier;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** The pauses of sends, which apply to all replicas: {@link ServerQueue} reads them before each send. */
@ApplicationScoped
public class SendPauseStore {
    private static final String SELECT_ACTIVE =
            "select project_id, reason, paused_by, at from pause where $1 in (project_id, '*') or project_id = '*'"
                    + " order by at desc, project_id";

    private static final String UPSERT = """
            insert into pause (project_id, reason, paused_by) values ($1, $2, $3)
            on conflict (project_id) do update
                set reason = excluded.reason, paused_by = excluded.paused_by, at = statement_timestamp()
            returning project_id, reason, paused_by, at""";

    private final Pool pool;
    private final AuditLog auditLog;
    private final EventNotifier eventNotifier;

    SendPauseStore(Pool pool, AuditLog auditLog, EventNotifier eventNotifier) {
        this.pool = pool;
        this.auditLog = auditLog;
        this.eventNotifier = eventNotifier;
    }

    /**
     * Lists the pauses that apply to a project, the newest first.
     *
     * @param projectId {@link SendPause#ALL_PROJECTS} for the pauses of every project
     */
    public Uni<List<SendPause>> list(String projectId) {
        return DatabaseTimeout.limit(
                pool.preparedQuery(SELECT_ACTIVE).execute(Tuple.of(projectId)).map(SendPauseStore::mapAll));
    }

    /**
     * Starts a pause, or replaces the reason of an active one.
     *
     * @param reason 1 to 500 characters
     * @param allowed the decision that allowed it
     */
    public Uni<SendPause> pause(String projectId, String reason, AuditEntry allowed) {
        var pausedBy = Objects.requireNonNull(allowed.caller()).displayName();
        return DatabaseTimeout.limit(pool.withTransaction(transaction -> transaction
                        .preparedQuery(UPSERT)
                        .execute(Tuple.of(projectId, reason, pausedBy))
                        .call(_ -> auditLog.record(transaction, allowed.withReason("Paused: " + reason)))))
                .map(rows -> mapAll(rows).getFirst());
    }

    /**
     * Ends a pause and wakes the operations that waited for it; a project that was not paused stays unchanged.
     *
     * @param allowed the decision that allowed it
     * @return the pauses that still apply to the project
     */
    public Uni<List<SendPause>> resume(String projectId, AuditEntry allowed) {
        return DatabaseTimeout.limit(pool.withTransaction(transaction -> transaction
                        .preparedQuery("delete from pause where project_id = $1")
                        .execute(Tuple.of(projectId))
                        .call(_ -> auditLog.record(transaction, allowed.withReason("Resumed.")))))
                .invoke(eventNotifier::committed)
                .flatMap(_ -> list(projectId));
    }

    private static List<SendPause> mapAll(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new SendPause(
                        row.getString("project_id"),
                        row.getString("reason"),
                        row.getString("paused_by"),
                        row.getOffsetDateTime("at").toInstant()))
                .toList();
    }
}
