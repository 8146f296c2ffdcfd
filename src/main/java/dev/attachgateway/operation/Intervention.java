package dev.attachgateway.operation;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.stream.EventLog;
import dev.attachgateway.stream.Notifications;
import dev.attachgateway.upstream.UpstreamConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Changes an operation from outside, whoever carries on with it: under a lock of its row, with the fencing token raised, and
 * with event and audit line in the same transaction.
 */
@ApplicationScoped
class Intervention {
    private static final String LOCK = "select " + Rows.COLUMNS
            + ", greatest(0, extract(epoch from send_before + make_interval(secs => $2) - clock_timestamp()))::float8 as early"
            + " from operation where operation_id = $1 for update";

    /** The clock of the statement, since the transaction may have waited for the row. */
    private static final String END = """
            update operation set step = 'failed', status = 'failed', detail = null, failure = $2,
                reconcile_at = case when $3 then statement_timestamp() else reconcile_at end,
                next_step_at = 'infinity', ended_at = statement_timestamp(),
                step_since = statement_timestamp(), updated_at = statement_timestamp(),
                lease_owner = null, lease_token = lease_token + 1, lease_until = '-infinity', version = version + 1
            where operation_id = $1
            returning\s""" + Rows.COLUMNS;

    private static final String LOOK_ANEW = """
            update operation set quiet_reads = 0, quiet_since = null, next_step_at = statement_timestamp(),
                lease_owner = null, lease_token = lease_token + 1, lease_until = '-infinity', version = version + 1
            where operation_id = $1
            returning\s""" + Rows.COLUMNS;

    private final Pool pool;
    private final Transitions transitions;
    private final AuditLog audit;
    private final Notifications notifications;
    private final OperationMetrics metrics;
    private final Duration longestExchange;

    Intervention(
            Pool pool,
            Transitions transitions,
            AuditLog audit,
            Notifications notifications,
            OperationMetrics metrics,
            UpstreamConfig upstream) {
        this.pool = pool;
        this.transitions = transitions;
        this.audit = audit;
        this.notifications = notifications;
        this.metrics = metrics;
        this.longestExchange = upstream.longestExchange().plus(Attempt.MARGIN);
    }

    /** An operation under the lock of its row, and how long its last request may still be on its way. */
    record Locked(Operation operation, Duration early) {}

    /** What is to be done with it; each says for the audit record what came of it. */
    sealed interface Verdict {
        String told();

        record End(State.Failed state, boolean reconciled, String told) implements Verdict {}

        record LookAnew(String told) implements Verdict {}

        record AsItIs(String told) implements Verdict {}

        record Refuse(HandsTied because, String told) implements Verdict {}
    }

    /**
     * Judges an operation under the lock of its row and does what follows.
     *
     * @param allowed the decision that allowed it; goes on record with what came of it, a refusal as well
     * @return fails with {@link HandsTied} as judged, and with {@link OperationNotFound} when it was removed meanwhile
     */
    Uni<Operation> decide(UUID operationId, AuditEntry allowed, Function<Locked, Verdict> judge) {
        Uni<Supplier<Operation>> outcome = pool.withTransaction(transaction -> transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(operationId, Rows.seconds(longestExchange)))
                .flatMap(rows -> {
                    var found = rows.iterator();
                    if (!found.hasNext()) {
                        return Uni.createFrom().<Supplier<Operation>>item(() -> Intervention::removed);
                    }
                    var locked = locked(found.next());
                    return carryOut(transaction, locked.operation(), judge.apply(locked), allowed);
                }));
        return EventLog.inTime(outcome).invoke(notifications::committed).map(Supplier::get);
    }

    private Uni<Supplier<Operation>> carryOut(
            SqlConnection transaction, Operation operation, Verdict verdict, AuditEntry allowed) {
        var line = allowed.withOperation(operation.id().toString()).withReason(verdict.told());
        return switch (verdict) {
            case Verdict.End end ->
                update(transaction, END, Tuple.of(operation.id(), Rows.failure(end.state()), end.reconciled()))
                        .call(ended -> audit.record(transaction, line))
                        .flatMap(ended -> transitions.append(
                                transaction, ended, operation.state().status()))
                        .map(ended -> () -> {
                            metrics.changed(operation.state(), end.state());
                            return ended;
                        });
            case Verdict.LookAnew anew ->
                update(transaction, LOOK_ANEW, Tuple.of(operation.id()))
                        .call(changed -> audit.record(transaction, line))
                        .map(changed -> () -> changed);
            case Verdict.AsItIs same -> audit.record(transaction, line).map(recorded -> () -> operation);
            case Verdict.Refuse(HandsTied because, String told) ->
                audit.record(transaction, line).map(recorded -> () -> {
                    throw because;
                });
        };
    }

    private static Uni<Operation> update(SqlConnection transaction, String statement, Tuple values) {
        return transaction
                .preparedQuery(statement)
                .execute(values)
                .map(rows -> Rows.operation(rows.iterator().next()));
    }

    private static Locked locked(Row row) {
        var early = row.getDouble("early");
        return new Locked(
                Rows.operation(row), early == null ? Duration.ZERO : Duration.ofMillis((long) Math.ceil(early * 1000)));
    }

    private static Operation removed() {
        throw new OperationNotFound();
    }
}
