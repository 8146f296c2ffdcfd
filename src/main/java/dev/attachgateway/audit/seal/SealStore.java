package dev.attachgateway.audit.seal;

import dev.attachgateway.database.NamedStatement;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The SQL statements of sealing; one seal is one short transaction. */
final class SealStore {
    /** One replica at a time seals or removes; the lock's key is used for nothing else in this database. */
    private static final String TRY_LOCK = "select pg_try_advisory_xact_lock(7020119406302) as mine,"
            + " set_config('statement_timeout', '5000', true)";

    private static final String SELECT_CHAIN_HEAD = "select number, encode(hash, 'hex') as hash, key, "
            + AuditQueries.utcText("clock_timestamp()") + " as now from " + AuditQueries.NEWEST_SEAL + " n";

    private static final String SELECT_UNSEALED = "select a.id, f.names, f.contents from audit_place p"
            + " join audit a on a.id = p.line cross join " + AuditQueries.ENTRY_FIELDS
            + " where p.seal is null order by p.line limit $1";

    private static final NamedStatement INSERT = NamedStatement.parse("""
            with made as (
                insert into audit_seal (number, sealed_at, lines, key, previous, hash)
                values (:number, :sealed_at::text::timestamptz, :lines, :key,
                    decode(:previous, 'hex'), decode(:hash, 'hex')))
            update audit_place p set seal = :number, place = n.place, digest = decode(n.digest, 'hex')
            from unnest(:entry_ids::bigint[], :digests::text[]) with ordinality as n(line, digest, place)
            where p.line = n.line and p.seal is null""");

    private SealStore() {}

    /** The seal that the next one continues. */
    record ChainHead(long number, String hash, @Nullable String keyName, String databaseTime) {}

    /** A committed entry without a seal, with its fields that are not null. */
    record UnsealedEntry(long id, List<String> names, List<String> contents) {
        String digest() {
            return AuditEntryDigest.of(names, contents);
        }
    }

    /** Whether this transaction got the lock on the chain, which it holds until its end. */
    static Uni<Boolean> tryLock(SqlConnection transaction) {
        return transaction
                .query(TRY_LOCK)
                .execute()
                .map(rows -> rows.iterator().next().getBoolean("mine"));
    }

    static Uni<ChainHead> chainHead(SqlConnection transaction) {
        return transaction.query(SELECT_CHAIN_HEAD).execute().map(rows -> {
            var row = rows.iterator().next();
            return new ChainHead(
                    row.getLong("number"), row.getString("hash"), row.getString("key"), row.getString("now"));
        });
    }

    /** The oldest committed entries without a seal. */
    static Uni<List<UnsealedEntry>> findUnsealed(SqlConnection transaction, int limit) {
        return transaction
                .preparedQuery(SELECT_UNSEALED)
                .execute(Tuple.of(limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(SealStore::toUnsealedEntry)
                        .toList());
    }

    private static UnsealedEntry toUnsealedEntry(Row row) {
        return new UnsealedEntry(
                row.getLong("id"), List.of(row.getArrayOfStrings("names")), List.of(row.getArrayOfStrings("contents")));
    }

    /** Writes the seal and the position of each entry; fails when one of them has a position already. */
    static Uni<Void> insert(SqlConnection transaction, Seal seal, List<Long> entryIds, List<String> digests) {
        return INSERT.values()
                .set("number", seal.number())
                .set("sealed_at", seal.sealedAt())
                .set("lines", seal.entryCount())
                .set("key", seal.keyName())
                .set("previous", seal.previousHash())
                .set("hash", seal.hash())
                .set("entry_ids", entryIds.toArray(Long[]::new))
                .set("digests", digests.toArray(String[]::new))
                .execute(transaction)
                .invoke(rows -> {
                    if (rows.rowCount() != seal.entryCount()) {
                        throw new IllegalStateException("an audit line under the new seal has a position already");
                    }
                })
                .replaceWithVoid();
    }
}
