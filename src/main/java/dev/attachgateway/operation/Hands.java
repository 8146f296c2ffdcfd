package dev.attachgateway.operation;

import dev.attachgateway.access.Audit;
import dev.attachgateway.access.AuditRecord;
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
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Steps in from outside, whoever carries on with the operation. Each change raises the fencing token under a lock of the
 * row, so that the driver's next write finds nothing to change: what it has not committed by then, it never sends. Row,
 * event and audit line are one transaction.
 */
@ApplicationScoped
public class Hands {
    private static final String LOCK = "select " + Rows.COLUMNS
            + ", greatest(0, extract(epoch from send_before + make_interval(secs => $2) - clock_timestamp()))::float8 as early"
            + " from operation where operation_id = $1 for update";

    /** The clock of the statement, since the transaction may have waited for the row. */
    private static final String END = """
            update operation set step = 'failed', status = 'failed', detail = null, failure = $2,
                reconcile_at = case when $3 then statement_timestamp() else reconcile_at end,
                next_step_at = 'infinity', ended_at = statement_timestamp(), updated_at = statement_timestamp(),
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
    private final Audit audit;
    private final Notifications notifications;
    private final Duration longestExchange;

    Hands(Pool pool, Transitions transitions, Audit audit, Notifications notifications, UpstreamConfig upstream) {
        this.pool = pool;
        this.transitions = transitions;
        this.audit = audit;
        this.notifications = notifications;
        this.longestExchange =
                upstream.connectTimeout().plus(upstream.answerTimeout()).plus(Attempt.MARGIN);
    }

    /** An operation under the lock of its row, and how long its last request may still be on its way. */
    private record Locked(Operation operation, Duration early) {}

    /** What is to be done with it; each says for the audit record what came of it. */
    private sealed interface Verdict {
        String told();

        record End(State.Failed state, boolean reconciled, String told) implements Verdict {}

        record LookAnew(String told) implements Verdict {}

        record AsItIs(String told) implements Verdict {}

        record Refuse(HandsTied because, String told) implements Verdict {}
    }

    /**
     * Ends an operation of which nothing can have left; one that was cancelled before stays as it is.
     *
     * @param allowed the decision that allowed it
     * @return fails with {@link HandsTied} when a request may have left
     */
    public Uni<Operation> cancel(UUID operationId, AuditRecord allowed) {
        var failure = Failure.of(
                Failure.Kind.CANCELLED, "Gateway.Cancelled", "It was cancelled before it was sent to the cloud.");
        return decide(operationId, allowed, locked -> {
            var operation = locked.operation();
            if (operation.state() instanceof State.Unsent unsent
                    && !operation.trace().doubted()) {
                return new Verdict.End(unsent.fail(failure), false, "Cancelled.");
            }
            return endedAs(Failure.Kind.CANCELLED, operation)
                    ? new Verdict.AsItIs("Cancelled before.")
                    : refuse("Not cancelled: ", HandsTied.Why.ALREADY_SENT, operation, Optional.empty());
        });
    }

    /**
     * Ends an unfinished operation, whatever the cloud may have made of it, and has the disk compared with the cloud later;
     * one that was released before stays as it is.
     *
     * @param reason why, for the record and for whoever looks at the operation; 1 to 500 characters
     * @param allowed the decision that allowed it
     * @return fails with {@link HandsTied} when it has ended, or while its request may still be on its way
     */
    public Uni<Operation> release(UUID operationId, String reason, AuditRecord allowed) {
        var told = "Released: " + reason;
        var failure = Failure.of(Failure.Kind.RELEASED, "Gateway.Released", told);
        return decide(operationId, allowed, locked -> {
            var operation = locked.operation();
            var state = operation.state();
            if (endedAs(Failure.Kind.RELEASED, operation)) {
                return new Verdict.AsItIs(told);
            }
            if (state.isEnded()) {
                return refuse("Not released: ", HandsTied.Why.ALREADY_ENDED, operation, Optional.empty());
            }
            if (locked.early().isPositive()) {
                return refuse("Not released: ", HandsTied.Why.STILL_SENDING, operation, Optional.of(locked.early()));
            }
            return new Verdict.End(new State.Failed(state.attempts(), failure, state.upstreamId()), true, told);
        });
    }

    /**
     * Begins anew to find out what became of an unsettled operation: nothing that was seen before counts, and the next look
     * is taken at once, by whichever replica comes first.
     *
     * @param allowed the decision that allowed it
     * @return fails with {@link HandsTied} when it is not unsettled
     */
    public Uni<Operation> settle(UUID operationId, AuditRecord allowed) {
        return decide(
                operationId,
                allowed,
                locked -> locked.operation().state() instanceof State.Unsettled
                        ? new Verdict.LookAnew("Settling began anew.")
                        : refuse(
                                "Settling not begun: ",
                                HandsTied.Why.NOT_UNSETTLED,
                                locked.operation(),
                                Optional.empty()));
    }

    private static boolean endedAs(Failure.Kind kind, Operation operation) {
        return operation.state() instanceof State.Failed failed
                && failed.failure().kind() == kind;
    }

    private static Verdict refuse(String told, HandsTied.Why why, Operation operation, Optional<Duration> retryAfter) {
        var tied = new HandsTied(why, operation, retryAfter);
        return new Verdict.Refuse(tied, told + tied.getMessage());
    }

    private Uni<Operation> decide(UUID operationId, AuditRecord allowed, Function<Locked, Verdict> judge) {
        Uni<Supplier<Operation>> outcome = pool.withTransaction(transaction -> transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(operationId, Rows.seconds(longestExchange)))
                .flatMap(rows -> {
                    var found = rows.iterator();
                    if (!found.hasNext()) {
                        return Uni.createFrom().<Supplier<Operation>>item(() -> Hands::removed);
                    }
                    var locked = locked(found.next());
                    return carryOut(transaction, locked.operation(), judge.apply(locked), allowed);
                }));
        return EventLog.inTime(outcome).invoke(notifications::committed).map(Supplier::get);
    }

    private Uni<Supplier<Operation>> carryOut(
            SqlConnection transaction, Operation operation, Verdict verdict, AuditRecord allowed) {
        var line = allowed.withOperation(operation.id().toString()).because(verdict.told());
        return switch (verdict) {
            case Verdict.End end ->
                update(transaction, END, Tuple.of(operation.id(), Rows.failure(end.state()), end.reconciled()))
                        .call(ended -> audit.record(transaction, line))
                        .flatMap(ended -> transitions.append(
                                transaction, ended, operation.state().status()))
                        .map(ended -> () -> ended);
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
