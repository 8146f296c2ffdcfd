package dev.attachgateway.operation;

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
import org.jspecify.annotations.Nullable;

/** Commits moves. Each is a transaction with its event, and names the lease and the version it was made from. */
@ApplicationScoped
class Transitions {
    /** The server's turn is another operation's (SQLSTATE of a unique violation, and the name of the index). */
    private static final String UNIQUE_VIOLATION = "23505";

    private static final String TURN = "operation_turn";

    private final Pool pool;
    private final Operations operations;
    private final EventLog events;
    private final Notifications notifications;
    private final Keys keys;
    private final OperationConfig config;
    private final ReconcileConfig reconciling;
    private final OperationMetrics metrics;

    Transitions(
            Pool pool,
            Operations operations,
            EventLog events,
            Notifications notifications,
            Keys keys,
            OperationConfig config,
            ReconcileConfig reconciling,
            OperationMetrics metrics) {
        this.pool = pool;
        this.operations = operations;
        this.events = events;
        this.notifications = notifications;
        this.keys = keys;
        this.config = config;
        this.reconciling = reconciling;
        this.metrics = metrics;
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
                .invoke(changed -> {
                    metrics.changed(from.state(), to);
                    notifications.committed();
                });
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
                Rows.seconds(config.deadline()),
                Beliefs.areHeld(from, to) ? Rows.seconds(reconciling.every()) : null);
        return transaction
                .preparedQuery(Moves.CHANGE)
                .execute(Tuple.from(values))
                .flatMap(rows -> Rows.first(rows)
                        .map(changed -> settleKey(transaction, changed)
                                .chain(() -> append(
                                        transaction, changed, from.state().status())))
                        .orElseThrow(() -> new LeaseLost(from)));
    }

    /** What ended only because a look failed was never judged, so its key may be used to ask again. */
    private Uni<Void> settleKey(SqlConnection transaction, Operation operation) {
        return operation.state() instanceof State.Failed failed
                        && failed.failure().kind() == Failure.Kind.NOT_CHECKED
                ? keys.giveBack(transaction, operation.id())
                : Uni.createFrom().voidItem();
    }

    /** Writes the event that tells how the operation stands: the transaction's last statement. */
    Uni<Operation> append(SqlConnection transaction, Operation operation, @Nullable Status before) {
        return events.append(transaction, Drafts.of(operation, before)).replaceWith(operation);
    }

    /**
     * Writes down a look that changed nothing anybody can see; no event.
     *
     * @param quietReads how many looks in a row have seen no trace of the request
     * @param next when the operation is due again
     */
    Uni<Operation> note(Operation from, int quietReads, Duration next) {
        var values = Arrays.<@Nullable Object>asList(
                from.id(), from.lease().owner(), from.lease().token(), quietReads, Rows.seconds(next), from.version());
        return EventLog.inTime(pool.preparedQuery(Moves.NOTE).execute(Tuple.from(values)))
                .map(rows -> Rows.first(rows).orElseThrow(() -> new LeaseLost(from)));
    }

    private static boolean isTurnTaken(Throwable failure) {
        return failure instanceof PgException refused
                && UNIQUE_VIOLATION.equals(refused.getSqlState())
                && TURN.equals(refused.getConstraint());
    }
}
