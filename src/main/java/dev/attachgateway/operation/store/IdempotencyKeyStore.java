package dev.attachgateway.operation.store;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.database.DatabaseUnavailableException;
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

/** Which operation an idempotency key stands for: one caller's key in one project. */
@ApplicationScoped
public class IdempotencyKeyStore {
    /**
     * The lock says without a wait whether another transaction is about to use the key; a wait would hold a connection for
     * every repetition. Whether the key is used is up to the primary key alone.
     */
    private static final String CLAIM = """
            insert into idempotency_key (project_id, caller_issuer, caller_subject, key, fingerprint, operation_id)
            select $1::text, $2::text, $3::text, $4::text, $5::text, $6::uuid
            where pg_try_advisory_xact_lock(hashtextextended(concat_ws(chr(10), $1::text, $2::text, $3::text, $4::text), 0))
            on conflict do nothing""";

    private static final String FIND = "select fingerprint, " + OperationRowMapper.COLUMNS + """
             from operation join (
                select fingerprint, operation_id as used_for from idempotency_key
                where project_id = $1 and caller_issuer = $2 and caller_subject = $3 and key = $4) k
            on operation_id = used_for""";

    /** A signature stays used: who sends it again is not the caller trying once more, who would sign anew. */
    private static final String DELETE =
            "delete from idempotency_key where operation_id = $1 and not starts_with(key, $2)";

    private final Pool pool;

    IdempotencyKeyStore(Pool pool) {
        this.pool = pool;
    }

    /**
     * Puts the key down for an operation that the same transaction is about to insert.
     *
     * @return false when it stands for another one, or when another transaction is about to use it
     */
    public Uni<Boolean> claim(
            SqlClient transaction, String key, Operation.Type type, AuditEntry asked, UUID operationId) {
        return transaction
                .preparedQuery(CLAIM)
                .execute(scope(key, asked).addString(fingerprint(type, asked)).addUUID(operationId))
                .map(rows -> rows.rowCount() == 1);
    }

    /**
     * Puts the key down for an operation that is there already.
     *
     * @return as above; fails with {@link DatabaseUnavailableException} when the database does not answer
     */
    public Uni<Boolean> claimForExisting(String key, AuditEntry asked, Operation operation) {
        return DatabaseTimeout.limit(claim(pool, key, operation.type(), asked, operation.id()));
    }

    /**
     * The operation that the key stands for.
     *
     * @return empty when nothing was recorded with it; fails with {@link IdempotencyKeyReusedException} when it was for another request, and with
     *     {@link DatabaseUnavailableException} when the database does not answer
     */
    public Uni<Optional<Operation>> find(String key, Operation.Type type, AuditEntry asked) {
        return DatabaseTimeout.limit(pool.preparedQuery(FIND).execute(scope(key, asked)))
                .map(rows -> {
                    var same = rows.rowCount() == 0
                            || rows.iterator().next().getString("fingerprint").equals(fingerprint(type, asked));
                    if (!same) {
                        throw new IdempotencyKeyReusedException();
                    }
                    return OperationRowMapper.mapFirst(rows);
                });
    }

    /** Forgets the key of an operation, so that it can be used for the same request again. */
    Uni<Void> release(SqlConnection transaction, UUID operationId) {
        return transaction
                .preparedQuery(DELETE)
                .execute(Tuple.of(operationId, SignatureIdempotencyKey.PREFIX))
                .replaceWithVoid();
    }

    private static Tuple scope(String key, AuditEntry asked) {
        var caller = Objects.requireNonNull(asked.caller());
        return Tuple.of(asked.projectId(), caller.issuer(), caller.subject(), key);
    }

    private static String fingerprint(Operation.Type type, AuditEntry asked) {
        return String.join(" ", type.wireName(), asked.serverId(), asked.volumeId());
    }
}
