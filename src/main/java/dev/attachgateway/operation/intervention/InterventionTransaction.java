package dev.attachgateway.operation.intervention;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.operation.execution.SendStep;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.store.OperationMetrics;
import dev.attachgateway.operation.store.OperationRowMapper;
import dev.attachgateway.operation.store.TransitionStore;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.stream.tail.EventNotifier;
import dev.attachgateway.upstream.http.UpstreamConfig;
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
 * Changes an operation independently of its driver: under a lock of its row, with the fencing token incremented, and with
 * event and audit entry in the same transaction.
 */
@ApplicationScoped
class InterventionTransaction {
    private static final String SELECT_FOR_UPDATE = "select " + OperationRowMapper.COLUMNS
            + ", greatest(0, extract(epoch from send_before + make_interval(secs => $2) - clock_timestamp()))::float8 as early"
            + " from operation where operation_id = $1 for update";

    /** Statement time, since the transaction may have waited for the row. */
    private static final String UPDATE_FAILED = """
            update operation set step = 'failed', status = 'failed', detail = null, failure = $2,
                queue_position = null, awaits_operator = null,
                reconcile_at = case when $3 then statement_timestamp() else reconcile_at end,
                next_step_at = 'infinity', ended_at = statement_timestamp(),
                step_since = statement_timestamp(), updated_at = statement_timestamp(),
                lease_owner = null, lease_token = lease_token + 1, lease_until = '-infinity', version = version + 1
            where operation_id = $1
            returning\s""" + OperationRowMapper.COLUMNS;

    private static final String RESTART_SETTLING = """
            update operation set quiet_reads = 0, quiet_since = null, next_step_at = statement_timestamp(),
                lease_owner = null, lease_token = lease_token + 1, lease_until = '-infinity', version = version + 1
            where operation_id = $1
            returning\s""" + OperationRowMapper.COLUMNS;

    private final Pool pool;
    private final TransitionStore transitionStore;
    private final AuditLog auditLog;
    private final EventNotifier eventNotifier;
    private final OperationMetrics metrics;
    private final Duration maxInFlightTime;

    InterventionTransaction(
            Pool pool,
            TransitionStore transitionStore,
            AuditLog auditLog,
            EventNotifier eventNotifier,
            OperationMetrics metrics,
            UpstreamConfig upstream) {
        this.pool = pool;
        this.transitionStore = transitionStore;
        this.auditLog = auditLog;
        this.eventNotifier = eventNotifier;
        this.metrics = metrics;
        this.maxInFlightTime = upstream.longestExchange().plus(SendStep.TAKEOVER_MARGIN);
    }

    /** An operation under the lock of its row, and how long its last request may still be in flight. */
    record LockedOperation(Operation operation, Duration remainingInFlight) {}

    /** What to do with the operation; {@code auditReason} is the reason in the audit entry. */
    sealed interface InterventionDecision {
        String auditReason();

        record EndAsFailed(OperationState.Failed state, boolean reconcileLater, String auditReason)
                implements InterventionDecision {}

        record RestartSettling(String auditReason) implements InterventionDecision {}

        record NoChange(String auditReason) implements InterventionDecision {}

        record Reject(ProblemBuilder problem, String auditReason) implements InterventionDecision {}
    }

    /**
     * Decides about an operation under the lock of its row and applies the decision.
     *
     * @param allowed the authorization decision; audited with the outcome, also when the intervention is rejected
     * @return fails with a {@link ProblemException} as decided, and when the operation was removed meanwhile
     */
    Uni<Operation> execute(
            UUID operationId, AuditEntry allowed, Function<LockedOperation, InterventionDecision> decide) {
        Uni<Supplier<Operation>> outcome = pool.withTransaction(transaction -> transaction
                .preparedQuery(SELECT_FOR_UPDATE)
                .execute(Tuple.of(operationId, OperationRowMapper.toSeconds(maxInFlightTime)))
                .flatMap(rows -> {
                    var row = rows.iterator();
                    if (!row.hasNext()) {
                        return Uni.createFrom().<Supplier<Operation>>item(() -> InterventionTransaction::throwNotFound);
                    }
                    var locked = mapLocked(row.next());
                    return apply(transaction, locked.operation(), decide.apply(locked), allowed);
                }));
        return DatabaseTimeout.limit(outcome).invoke(eventNotifier::committed).map(Supplier::get);
    }

    private Uni<Supplier<Operation>> apply(
            SqlConnection transaction,
            Operation operation,
            InterventionDecision interventionDecision,
            AuditEntry allowed) {
        var entry = allowed.withOperation(operation.id().toString()).withReason(interventionDecision.auditReason());
        return switch (interventionDecision) {
            case InterventionDecision.EndAsFailed end ->
                update(
                                transaction,
                                UPDATE_FAILED,
                                Tuple.of(operation.id(), OperationRowMapper.failure(end.state()), end.reconcileLater()))
                        .call(_ -> auditLog.record(transaction, entry))
                        .flatMap(ended -> transitionStore.appendEvent(
                                transaction, ended, operation.state().status()))
                        .map(ended -> () -> {
                            metrics.countTransition(operation.state(), end.state());
                            return ended;
                        });
            case InterventionDecision.RestartSettling _ ->
                update(transaction, RESTART_SETTLING, Tuple.of(operation.id()))
                        .call(_ -> auditLog.record(transaction, entry))
                        .map(changed -> () -> changed);
            case InterventionDecision.NoChange _ ->
                auditLog.record(transaction, entry).map(_ -> () -> operation);
            case InterventionDecision.Reject(var problem, var _) ->
                auditLog.record(transaction, entry).map(_ -> () -> {
                    throw new ProblemException(problem);
                });
        };
    }

    private static Uni<Operation> update(SqlConnection transaction, String statement, Tuple values) {
        return transaction
                .preparedQuery(statement)
                .execute(values)
                .map(rows -> OperationRowMapper.mapRow(rows.iterator().next()));
    }

    private static LockedOperation mapLocked(Row row) {
        var remaining = row.getDouble("early");
        return new LockedOperation(
                OperationRowMapper.mapRow(row),
                remaining == null ? Duration.ZERO : Duration.ofMillis((long) Math.ceil(remaining * 1000)));
    }

    private static Operation throwNotFound() {
        throw new ProblemException(ProblemType.OPERATION_NOT_FOUND);
    }
}
