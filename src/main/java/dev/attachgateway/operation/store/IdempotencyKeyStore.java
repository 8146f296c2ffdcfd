package dev.attachgateway.operation.store;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.database.DatabaseUnavailableException;
import dev.attachgateway.database.NamedStatement;
import dev.attachgateway.operation.model.Operation;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** The operations of idempotency keys. A key is scoped to one caller in one project. */
@ApplicationScoped
public class IdempotencyKeyStore {
    /**
     * The advisory lock detects without waiting that another transaction is about to claim the key; a wait would occupy a
     * connection for every retry. Only the primary key decides whether the key is in use.
     */
    private static final NamedStatement CLAIM = NamedStatement.parse("""
            insert into idempotency_key (project_id, caller_issuer, caller_subject, key, fingerprint, operation_id)
            select :project_id::text, :caller_issuer::text, :caller_subject::text, :key::text, :fingerprint::text,
                :operation_id::uuid
            where pg_try_advisory_xact_lock(hashtextextended(
                concat_ws(chr(10), :project_id::text, :caller_issuer::text, :caller_subject::text, :key::text), 0))
            on conflict do nothing""");

    private static final String FIND = "select fingerprint, " + OperationRowMapper.COLUMNS + """
             from operation join (
                select fingerprint, operation_id as used_for from idempotency_key
                where project_id = $1 and caller_issuer = $2 and caller_subject = $3 and key = $4) k
            on operation_id = used_for""";

    /** A signature key is kept: a legitimate retry carries a new signature, so the same one again is a replay. */
    private static final String DELETE =
            "delete from idempotency_key where operation_id = $1 and not starts_with(key, $2)";

    private final Pool pool;

    IdempotencyKeyStore(Pool pool) {
        this.pool = pool;
    }

    /**
     * Claims the key for an operation that the same transaction is about to insert.
     *
     * @return false if the key belongs to another operation, or if another transaction is about to claim it
     */
    public Uni<Boolean> claim(
            SqlClient transaction, String key, Operation.Type type, AuditEntry request, UUID operationId) {
        var caller = Objects.requireNonNull(request.caller());
        return CLAIM.values()
                .set("project_id", request.projectId())
                .set("caller_issuer", caller.issuer())
                .set("caller_subject", caller.subject())
                .set("key", key)
                .set("fingerprint", fingerprint(type, request))
                .set("operation_id", operationId)
                .execute(transaction)
                .map(rows -> rows.rowCount() == 1);
    }

    /**
     * Claims the key for an existing operation.
     *
     * @return as for {@link #claim}; fails with {@link DatabaseUnavailableException} when the database does not respond
     */
    public Uni<Boolean> claimForExisting(String key, AuditEntry request, Operation operation) {
        return DatabaseTimeout.limit(claim(pool, key, operation.type(), request, operation.id()));
    }

    /**
     * The operation of the key.
     *
     * @return empty if the key is unused; fails with {@link IdempotencyKeyReusedException} if the key was used for another
     *     request, and with {@link DatabaseUnavailableException} when the database does not respond
     */
    public Uni<Optional<Operation>> find(String key, Operation.Type type, AuditEntry request) {
        var caller = Objects.requireNonNull(request.caller());
        return DatabaseTimeout.limit(pool.preparedQuery(FIND)
                        .execute(Tuple.of(request.projectId(), caller.issuer(), caller.subject(), key)))
                .map(rows -> {
                    var same = rows.rowCount() == 0
                            || rows.iterator().next().getString("fingerprint").equals(fingerprint(type, request));
                    if (!same) {
                        throw new IdempotencyKeyReusedException();
                    }
                    return OperationRowMapper.mapFirst(rows);
                });
    }

    /** Deletes the key of an operation, so that a retry of the same request can use it again. */
    Uni<Void> release(SqlConnection transaction, UUID operationId) {
        return transaction
                .preparedQuery(DELETE)
                .execute(Tuple.of(operationId, SignatureIdempotencyKey.PREFIX))
                .replaceWithVoid();
    }

    private static String fingerprint(Operation.Type type, AuditEntry request) {
        return String.join(" ", type.wireName(), request.serverId(), request.volumeId());
    }
}
