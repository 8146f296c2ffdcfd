package dev.attachgateway.operation;

import dev.attachgateway.access.Audit;
import dev.attachgateway.access.AuditRecord;
import dev.attachgateway.stream.Event;
import dev.attachgateway.stream.EventLog;
import dev.attachgateway.stream.Notifications;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Commits moves. Each is a transaction with its event, and names the lease and the version it was made from. */
@ApplicationScoped
class Transitions {
    private static final String RESERVE = """
            insert into operation (operation_id, project_id, server_id, volume_id, type, caller_issuer, caller_subject,
                request_id, step, status, answer_by, deadline, lease_owner, lease_token, lease_until, next_step_at,
                caller_groups)
            values ($1, $2, $3, $4, $5, $6, $7, $8, 'checking', 'pending',
                now() + make_interval(secs => $9), now() + make_interval(secs => $10),
                $11, 1, now() + make_interval(secs => $12), now(), $13)
            on conflict (project_id, volume_id) where ended_at is null do nothing
            returning\s""" + Rows.COLUMNS;

    private static final String CHANGE = """
            update operation set step = $4, status = $5, attempts = $6, detail = $7, upstream_operation_id = $8, failure = $9,
                next_step_at = coalesce(now() + make_interval(secs => $10), 'infinity'),
                ended_at = case when $11 then now() end,
                baseline = coalesce(baseline, $12),
                send_before = coalesce(now() + make_interval(secs => $13), send_before),
                window_ends = coalesce(now() + make_interval(secs => $14), window_ends),
                signed = coalesce($15, signed),
                seen = $15::boolean is null and (seen or $16),
                doubted = doubted or ($4 = 'unsettled' and $8::text is null),
                quiet_reads = 0, quiet_since = null,
                queue_round = case when $4 = 'queued' and step <> 'queued' then operation_round(operation)
                    else queue_round end,
                deadline = case
                    when $4 = 'queued' then greatest(deadline, created_at + make_interval(secs => $17))
                    when $4 = 'unsettled' and not doubted then greatest(deadline, window_ends + make_interval(secs => $19))
                    else deadline end,
                updated_at = now(), version = version + 1
            where operation_id = $1 and lease_owner = $2 and lease_token = $3 and version = $18
            returning\s""" + Rows.COLUMNS;

    private static final String NOTE = """
            update operation set quiet_reads = $4,
                quiet_since = case when $4 = 0 then null else coalesce(quiet_since, now()) end,
                next_step_at = now() + make_interval(secs => $5), version = version + 1
            where operation_id = $1 and lease_owner = $2 and lease_token = $3 and version = $6
            returning\s""" + Rows.COLUMNS;

    /** The server's turn is another operation's (SQLSTATE of a unique violation, and the name of the index). */
    private static final String UNIQUE_VIOLATION = "23505";

    private static final String TURN = "operation_turn";

    private final Pool pool;
    private final Operations operations;
    private final EventLog events;
    private final Notifications notifications;
    private final Audit audit;
    private final OperationConfig config;

    Transitions(
            Pool pool,
            Operations operations,
            EventLog events,
            Notifications notifications,
            Audit audit,
            OperationConfig config) {
        this.pool = pool;
        this.operations = operations;
        this.events = events;
        this.notifications = notifications;
        this.audit = audit;
        this.config = config;
    }

    /**
     * Writes the row, its first event and the audit record, unless the disk is reserved already.
     *
     * @param wait how long somebody waits for the answer
     * @return empty when an unfinished operation has the disk
     */
    Uni<Optional<Operation>> insert(
            UUID operationId, Operation.Type type, AuditRecord allowed, Duration wait, UUID owner) {
        var caller = Objects.requireNonNull(allowed.caller());
        var values = Arrays.<Object>asList(
                operationId,
                allowed.projectId(),
                UUID.fromString(allowed.serverId()),
                UUID.fromString(allowed.volumeId()),
                type.word(),
                caller.issuer(),
                caller.subject(),
                Objects.requireNonNull(allowed.requestId()).traceId(),
                Rows.seconds(wait),
                Rows.seconds(config.deadline()),
                owner,
                Rows.seconds(config.lease()),
                caller.groups().toArray(String[]::new));
        return pool.withTransaction(transaction -> transaction
                        .preparedQuery(RESERVE)
                        .execute(Tuple.from(values))
                        .flatMap(rows -> Rows.first(rows)
                                .map(made -> audit.record(transaction, allowed.withOperation(operationId.toString()))
                                        .flatMap(recorded -> append(transaction, made, null)))
                                .orElse(Uni.createFrom().nullItem())))
                .map(Optional::ofNullable)
                .invoke(made -> made.ifPresent(operation -> notifications.committed()));
    }

    /**
     * Commits a move and its event. A commit whose own outcome is unknown is looked at and tried again for as long as the
     * lease can last.
     *
     * @return the operation as it stands then; fails with {@link LeaseLost} when it is no longer ours to change, and with
     *     {@link TurnTaken} when another operation is under way on the server
     */
    Uni<Operation> change(Operation from, State to, Plan plan) {
        return pool.withTransaction(transaction -> update(transaction, from, to, plan))
                .ifNoItem()
                .after(config.lease())
                .fail()
                .onFailure(LeaseLost.class)
                .recoverWithUni(lost -> operations
                        .find(from.projectId(), from.id())
                        .map(found -> found.filter(now -> now.lease().equals(from.lease())
                                        && now.version() == from.version() + 1
                                        && now.state().equals(to))
                                .orElseThrow(() -> new LeaseLost(from))))
                .onFailure(Transitions::isTurnTaken)
                .transform(taken -> new TurnTaken(from))
                .onFailure(failure -> !(failure instanceof LeaseLost || failure instanceof TurnTaken))
                .retry()
                .withBackOff(Duration.ofMillis(200), Duration.ofSeconds(1))
                .expireIn(config.lease().toMillis())
                .invoke(notifications::committed);
    }

    private Uni<Operation> update(SqlConnection transaction, Operation from, State to, Plan plan) {
        var intent = plan.intent();
        var values = Arrays.<@Nullable Object>asList(
                from.id(),
                from.lease().owner(),
                from.lease().token(),
                to.step().word(),
                to.status().word(),
                to.attempts(),
                to.detail(),
                to.upstreamId(),
                Rows.failure(to),
                plan.next() == null ? null : Rows.seconds(plan.next()),
                to.isEnded(),
                intent == null ? null : intent.baseline(),
                intent == null ? null : Rows.seconds(intent.sendWithin()),
                intent == null ? null : Rows.seconds(intent.window()),
                intent == null ? null : intent.signed(),
                plan.isSeen(),
                Rows.seconds(config.queueWithin()),
                from.version(),
                Rows.seconds(config.deadline()));
        return transaction
                .preparedQuery(CHANGE)
                .execute(Tuple.from(values))
                .flatMap(rows -> Rows.first(rows)
                        .map(changed ->
                                append(transaction, changed, from.state().status()))
                        .orElseThrow(() -> new LeaseLost(from)));
    }

    private Uni<Operation> append(SqlConnection transaction, Operation operation, @Nullable Status before) {
        var draft = new Event.Draft(
                operation.projectId(),
                operation.id(),
                UUID.fromString(operation.serverId()),
                UUID.fromString(operation.volumeId()),
                operation.caller(),
                before == null ? null : before.word(),
                operation.state().status().word(),
                OperationJson.line(operation));
        return events.append(transaction, draft).replaceWith(operation);
    }

    /**
     * Writes down a look that changed nothing anybody can see; no event.
     *
     * @param quietReads how many looks in a row have seen no trace of the request
     * @param next when the operation is due again
     */
    Uni<Operation> note(Operation from, int quietReads, Duration next) {
        var values = Arrays.<Object>asList(
                from.id(), from.lease().owner(), from.lease().token(), quietReads, Rows.seconds(next), from.version());
        return EventLog.inTime(pool.preparedQuery(NOTE).execute(Tuple.from(values)))
                .map(rows -> Rows.first(rows).orElseThrow(() -> new LeaseLost(from)));
    }

    private static boolean isTurnTaken(Throwable failure) {
        return failure instanceof PgException refused
                && UNIQUE_VIOLATION.equals(refused.getSqlState())
                && TURN.equals(refused.getConstraint());
    }
}
