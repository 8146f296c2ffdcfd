package dev.attachgateway.operation.store;

import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.model.OperationStatus;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.stream.tail.EventNotifier;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Commits transitions. Each is a transaction with its event, conditional on the lease and the version that were read. */
@ApplicationScoped
public class TransitionStore {
    /** This SQLSTATE with the index below means that another operation occupies the server's slot. */
    private static final String UNIQUE_VIOLATION = "23505";

    private static final String SERVER_SLOT_INDEX = "operation_turn";

    private final Pool pool;
    private final OperationQueries operationQueries;
    private final EventLog events;
    private final EventNotifier eventNotifier;
    private final IdempotencyKeyStore idempotencyKeys;
    private final OperationConfig config;
    private final ReconcileConfig reconcileConfig;
    private final OperationMetrics metrics;

    TransitionStore(
            Pool pool,
            OperationQueries operationQueries,
            EventLog events,
            EventNotifier eventNotifier,
            IdempotencyKeyStore idempotencyKeyStore,
            OperationConfig config,
            ReconcileConfig reconcileConfig,
            OperationMetrics metrics) {
        this.pool = pool;
        this.operationQueries = operationQueries;
        this.events = events;
        this.eventNotifier = eventNotifier;
        this.idempotencyKeys = idempotencyKeyStore;
        this.config = config;
        this.reconcileConfig = reconcileConfig;
        this.metrics = metrics;
    }

    /**
     * Commits a transition and its event. A commit of unknown outcome is checked and retried for the duration of a lease.
     *
     * @return the operation after the transition; fails with {@link LeaseLostException} if the lease or the version is
     *     outdated, and with {@link ServerBusyException} if another operation occupies the server's slot
     */
    public Uni<Operation> commit(Operation from, OperationState to, TransitionDetails transitionDetails) {
        return pool.withTransaction(transaction -> update(transaction, from, to, transitionDetails))
                .ifNoItem()
                .after(config.lease())
                .fail()
                .onFailure(LeaseLostException.class)
                .recoverWithUni(_ -> operationQueries
                        .find(from.projectId(), from.id())
                        .map(found -> found.filter(current -> current.lease().equals(from.lease())
                                        && current.version() == from.version() + 1
                                        && current.state().equals(to))
                                .orElseThrow(() -> new LeaseLostException(from))))
                .onFailure(TransitionStore::isServerBusy)
                .transform(_ -> new ServerBusyException(from))
                .onFailure(
                        failure -> !(failure instanceof LeaseLostException || failure instanceof ServerBusyException))
                .retry()
                .withBackOff(Duration.ofMillis(200), Duration.ofSeconds(1))
                .expireIn(config.lease().toMillis())
                .invoke(_ -> {
                    metrics.countTransition(from.state(), to);
                    eventNotifier.committed();
                });
    }

    private Uni<Operation> update(
            SqlConnection transaction, Operation from, OperationState to, TransitionDetails transitionDetails) {
        var intent = transitionDetails.intent();
        return OperationStatements.UPDATE_STATE
                .values()
                .set("operation_id", from.id())
                .set("lease_owner", from.lease().owner())
                .set("lease_token", from.lease().token())
                .set("version", from.version())
                .set("step", to.step().wireName())
                .set("status", to.status().wireName())
                .set("attempts", to.attempts())
                .set("detail", to.detail())
                .set("upstream_id", to.upstreamId())
                .set("failure", OperationRowMapper.failure(to))
                .set("ended", to.isEnded())
                .set("queue_position", to instanceof OperationState.Queued queued ? queued.position() : null)
                .set("awaits_operator", to instanceof OperationState.Unsettled unsettled && unsettled.awaitsOperator())
                .set("next_step_delay", toSeconds(transitionDetails.nextStepDelay()))
                .set("activity_seen", transitionDetails.activitySeen())
                .set("baseline", intent == null ? null : intent.baseline())
                .set("signed", intent == null ? null : intent.signed())
                .set("send_timeout", toSeconds(intent == null ? null : intent.sendTimeout()))
                .set("acceptance_window", toSeconds(intent == null ? null : intent.acceptanceWindow()))
                .set("queue_timeout", toSeconds(config.queueTimeout()))
                .set("deadline", toSeconds(config.deadline()))
                .set("reconcile_delay", toSeconds(from.needsReconciliation(to) ? reconcileConfig.minInterval() : null))
                .execute(transaction)
                .flatMap(rows -> OperationRowMapper.mapFirst(rows)
                        .map(changed -> releaseKeyIfNotChecked(transaction, changed)
                                .chain(() -> appendEvent(
                                        transaction, changed, from.state().status())))
                        .orElseThrow(() -> new LeaseLostException(from)));
    }

    /** An operation that failed because the cloud could not be read was never decided, so a retry may use its key. */
    private Uni<Void> releaseKeyIfNotChecked(SqlConnection transaction, Operation operation) {
        return operation.state() instanceof OperationState.Failed failed
                        && failed.failure().type() == ProblemType.CLOUD_NOT_READABLE
                ? idempotencyKeys.release(transaction, operation.id())
                : Uni.createFrom().voidItem();
    }

    /** Appends the event for the operation's current state; has to be the transaction's last statement. */
    public Uni<Operation> appendEvent(
            SqlConnection transaction, Operation operation, @Nullable OperationStatus before) {
        return events.append(transaction, OperationEvents.changeEvent(operation, before))
                .replaceWith(operation);
    }

    /**
     * Stores the number of quiet reads, which callers do not see, and writes no event. Fails with {@link LeaseLostException}
     * if the lease or the version is outdated.
     *
     * @param quietReads the number of consecutive reads without a trace of the request
     * @param nextStepDelay the delay until the operation is due again
     */
    public Uni<Operation> recordQuietReads(Operation from, int quietReads, Duration nextStepDelay) {
        return DatabaseTimeout.limit(OperationStatements.UPDATE_QUIET_READS
                        .values()
                        .set("operation_id", from.id())
                        .set("lease_owner", from.lease().owner())
                        .set("lease_token", from.lease().token())
                        .set("version", from.version())
                        .set("quiet_reads", quietReads)
                        .set("next_step_delay", toSeconds(nextStepDelay))
                        .execute(pool))
                .map(rows -> OperationRowMapper.mapFirst(rows).orElseThrow(() -> new LeaseLostException(from)));
    }

    private static @Nullable Double toSeconds(@Nullable Duration duration) {
        return duration == null ? null : OperationRowMapper.toSeconds(duration);
    }

    private static boolean isServerBusy(Throwable failure) {
        return failure instanceof PgException violation
                && UNIQUE_VIOLATION.equals(violation.getSqlState())
                && SERVER_SLOT_INDEX.equals(violation.getConstraint());
    }
}
