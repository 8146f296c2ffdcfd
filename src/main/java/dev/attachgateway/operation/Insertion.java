package dev.attachgateway.operation;

import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.stream.Notifications;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Commits new operations: key, row, audit record and first event are one transaction. */
@ApplicationScoped
class Insertion {
    private final Pool pool;
    private final Keys keys;
    private final AuditLog audit;
    private final Transitions transitions;
    private final Notifications notifications;
    private final Leases leases;
    private final OperationConfig config;

    Insertion(
            Pool pool,
            Keys keys,
            AuditLog audit,
            Transitions transitions,
            Notifications notifications,
            Leases leases,
            OperationConfig config) {
        this.pool = pool;
        this.keys = keys;
        this.audit = audit;
        this.transitions = transitions;
        this.notifications = notifications;
        this.leases = leases;
        this.config = config;
    }

    /** What came of it. */
    sealed interface Result {
        /** Committed, under this replica's lease. */
        record Made(Operation operation) implements Result {}

        /** Nothing was written: an unfinished operation has the disk. */
        record DiskTaken() implements Result {}

        /** Nothing was written: the key stands for another operation, or is about to. */
        record KeyTaken() implements Result {}
    }

    /** Writes everything, or nothing when the disk or the key is taken. */
    Uni<Result> insert(UUID operationId, Reservations.Request request) {
        return pool.withTransaction(transaction -> claim(transaction, operationId, request)
                        .chain(() -> row(transaction, operationId, request))
                        .call(made ->
                                audit.record(transaction, request.allowed().withOperation(operationId.toString())))
                        .flatMap(made -> transitions.append(transaction, made, null)))
                .invoke(notifications::committed)
                .<Result>map(Result.Made::new)
                .onFailure(Taken.class)
                .recoverWithItem(taken -> ((Taken) taken).result);
    }

    /** The key comes first: of two requests with one key and different disks, one is to be told so. */
    private Uni<Void> claim(SqlConnection transaction, UUID operationId, Reservations.Request request) {
        return request.key()
                .map(key -> keys.claim(transaction, key, request.type(), request.allowed(), operationId)
                        .invoke(claimed -> {
                            if (!claimed) {
                                throw new Taken(new Result.KeyTaken());
                            }
                        })
                        .replaceWithVoid())
                .orElse(Uni.createFrom().voidItem());
    }

    private Uni<Operation> row(SqlConnection transaction, UUID operationId, Reservations.Request request) {
        var allowed = request.allowed();
        var caller = Objects.requireNonNull(allowed.caller());
        var requestId = Objects.requireNonNull(allowed.requestId());
        var values = Arrays.<@Nullable Object>asList(
                operationId,
                allowed.projectId(),
                UUID.fromString(allowed.serverId()),
                UUID.fromString(allowed.volumeId()),
                request.type().word(),
                caller.issuer(),
                caller.subject(),
                requestId.traceId(),
                Rows.seconds(request.patience()),
                Rows.seconds(config.deadline()),
                leases.owner(),
                Rows.seconds(config.lease()),
                caller.groups().toArray(String[]::new),
                requestId.traceparent());
        return transaction
                .preparedQuery(Moves.RESERVE)
                .execute(Tuple.from(values))
                .map(rows -> Rows.first(rows).orElseThrow(() -> new Taken(new Result.DiskTaken())));
    }

    /** Undoes the transaction: a request that reserved nothing leaves no key. */
    private static final class Taken extends RuntimeException {
        private final transient Result result;

        Taken(Result result) {
            super("nothing is reserved", null, false, false);
            this.result = result;
        }
    }
}
