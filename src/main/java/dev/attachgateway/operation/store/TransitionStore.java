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
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Arrays;
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
        var values = Arrays.<@Nullable Object>asList(
                from.id(),
                from.lease().owner(),
                from.lease().token(),
                to.step().wireName(),
                to.status().wireName(),
                to.attempts(),
                to.detail(),
                to.upstreamId(),
                OperationRowMapper.failure(to),
                transitionDetails.nextStepDelay() == null
                        ? null
                        : OperationRowMapper.toSeconds(transitionDetails.nextStepDelay()),
                to.isEnded(),
                intent == null ? null : intent.baseline(),
                intent == null ? null : OperationRowMapper.toSeconds(intent.sendTimeout()),
                intent == null ? null : OperationRowMapper.toSeconds(intent.acceptanceWindow()),
                intent == null ? null : intent.signed(),
                transitionDetails.activitySeen(),
                OperationRowMapper.toSeconds(config.queueTimeout()),
                from.version(),
                OperationRowMapper.toSeconds(config.deadline()),
                from.needsReconciliation(to) ? OperationRowMapper.toSeconds(reconcileConfig.minInterval()) : null,
                to instanceof OperationState.Queued queued ? queued.position() : null,
                to instanceof OperationState.Unsettled unsettled && unsettled.awaitsOperator());
        return transaction
                .preparedQuery(OperationStatements.UPDATE_STATE)
                .execute(Tuple.from(values))
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
        var values = Arrays.<@Nullable Object>asList(
                from.id(),
                from.lease().owner(),
                from.lease().token(),
                quietReads,
                OperationRowMapper.toSeconds(nextStepDelay),
                from.version());
        return DatabaseTimeout.limit(pool.preparedQuery(OperationStatements.UPDATE_QUIET_READS)
                        .execute(Tuple.from(values)))
                .map(rows -> OperationRowMapper.mapFirst(rows).orElseThrow(() -> new LeaseLostException(from)));
    }

    private static boolean isServerBusy(Throwable failure) {
        return failure instanceof PgException violation
                && UNIQUE_VIOLATION.equals(violation.getSqlState())
                && SERVER_SLOT_INDEX.equals(violation.getConstraint());
    }
}
