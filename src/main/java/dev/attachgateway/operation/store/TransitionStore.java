package dev.attachgateway.operation.store;

import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.model.OperationStatus;
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

/** Commits moves. Each is a transaction with its event, and names the lease and the version it was made from. */
@ApplicationScoped
public class TransitionStore {
    /** The server's turn is another operation's (SQLSTATE of a unique violation, and the name of the index). */
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
            ReconcileConfig reconciling,
            OperationMetrics metrics) {
        this.pool = pool;
        this.operationQueries = operationQueries;
        this.events = events;
        this.eventNotifier = eventNotifier;
        this.idempotencyKeys = idempotencyKeyStore;
        this.config = config;
        this.reconcileConfig = reconciling;
        this.metrics = metrics;
    }

    /**
     * Commits a move and its event. A commit whose own outcome is unknown is looked at and tried again for as long as the
     * lease can last.
     *
     * @return the operation as it stands then; fails with {@link LeaseLostException} when it is no longer ours to change, and with
     *     {@link ServerBusyException} when another operation is under way on the server
     */
    public Uni<Operation> commit(Operation from, OperationState to, TransitionDetails transitionDetails) {
        return pool.withTransaction(transaction -> update(transaction, from, to, transitionDetails))
                .ifNoItem()
                .after(config.lease())
                .fail()
                .onFailure(LeaseLostException.class)
                .recoverWithUni(lost -> operationQueries
                        .find(from.projectId(), from.id())
                        .map(found -> found.filter(now -> now.lease().equals(from.lease())
                                        && now.version() == from.version() + 1
                                        && now.state().equals(to))
                                .orElseThrow(() -> new LeaseLostException(from))))
                .onFailure(TransitionStore::isServerBusy)
                .transform(taken -> new ServerBusyException(from))
                .onFailure(
                        failure -> !(failure instanceof LeaseLostException || failure instanceof ServerBusyException))
                .retry()
                .withBackOff(Duration.ofMillis(200), Duration.ofSeconds(1))
                .expireIn(config.lease().toMillis())
                .invoke(changed -> {
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
                from.needsReconciliation(to) ? OperationRowMapper.toSeconds(reconcileConfig.minInterval()) : null);
        return transaction
                .preparedQuery(OperationStatements.UPDATE_STATE)
                .execute(Tuple.from(values))
                .flatMap(rows -> OperationRowMapper.mapFirst(rows)
                        .map(changed -> releaseKeyIfNotChecked(transaction, changed)
                                .chain(() -> appendEvent(
                                        transaction, changed, from.state().status())))
                        .orElseThrow(() -> new LeaseLostException(from)));
    }

    /** What ended only because a look failed was never judged, so its key may be used to ask again. */
    private Uni<Void> releaseKeyIfNotChecked(SqlConnection transaction, Operation operation) {
        return operation.state() instanceof OperationState.Failed failed
                        && failed.failure().kind() == OperationFailure.Kind.NOT_CHECKED
                ? idempotencyKeys.release(transaction, operation.id())
                : Uni.createFrom().voidItem();
    }

    /** Writes the event that tells how the operation stands: the transaction's last statement. */
    public Uni<Operation> appendEvent(
            SqlConnection transaction, Operation operation, @Nullable OperationStatus before) {
        return events.append(transaction, OperationEvents.changeEvent(operation, before))
                .replaceWith(operation);
    }

    /**
     * Writes down a look that changed nothing anybody can see; no event.
     *
     * @param quietReads how many looks in a row have seen no trace of the request
     * @param next when the operation is due again
     */
    public Uni<Operation> recordQuietReads(Operation from, int quietReads, Duration next) {
        var values = Arrays.<@Nullable Object>asList(
                from.id(),
                from.lease().owner(),
                from.lease().token(),
                quietReads,
                OperationRowMapper.toSeconds(next),
                from.version());
        return DatabaseTimeout.limit(pool.preparedQuery(OperationStatements.UPDATE_QUIET_READS)
                        .execute(Tuple.from(values)))
                .map(rows -> OperationRowMapper.mapFirst(rows).orElseThrow(() -> new LeaseLostException(from)));
    }

    private static boolean isServerBusy(Throwable failure) {
        return failure instanceof PgException refused
                && UNIQUE_VIOLATION.equals(refused.getSqlState())
                && SERVER_SLOT_INDEX.equals(refused.getConstraint());
    }
}
