package dev.attachgateway.audit.seal;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The statements of a seal, each a part of one short transaction. */
final class SealStore {
    /** Of all replicas one at a time, sealing or removing; a key that nobody else in this database has a use for. */
    private static final String TRY_LOCK = "select pg_try_advisory_xact_lock(7020119406302) as mine,"
            + " set_config('statement_timeout', '5000', true)";

    private static final String SELECT_CHAIN_HEAD = "select number, encode(hash, 'hex') as hash, key, "
            + AuditQueries.utcText("clock_timestamp()") + " as now from " + AuditQueries.NEWEST_SEAL + " n";

    private static final String SELECT_UNSEALED = "select a.id, f.names, f.contents from audit_place p"
            + " join audit a on a.id = p.line cross join " + AuditQueries.ENTRY_FIELDS
            + " where p.seal is null order by p.line limit $1";

    private static final String INSERT = """
            with made as (
                insert into audit_seal (number, sealed_at, lines, key, previous, hash)
                values ($1, $2::text::timestamptz, $3, $4, decode($5, 'hex'), decode($6, 'hex')))
            update audit_place p set seal = $1, place = n.place, digest = decode(n.digest, 'hex')
            from unnest($7::bigint[], $8::text[]) with ordinality as n(line, digest, place)
            where p.line = n.line and p.seal is null""";

    private SealStore() {}

    /** What the next seal continues. */
    record ChainHead(long number, String hash, @Nullable String keyName, String databaseTime) {}

    /** A line that has no seal yet, with its fields that are not null. */
    record UnsealedEntry(long id, List<String> names, List<String> contents) {
        String digest() {
            return AuditEntryDigest.of(names, contents);
        }
    }

    /** Whether this transaction may change the chain; no other may until its end. */
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

    /** The oldest of those that are committed and have no seal, at most so many. */
    static Uni<List<UnsealedEntry>> findUnsealed(SqlConnection transaction, int most) {
        return transaction
                .preparedQuery(SELECT_UNSEALED)
                .execute(Tuple.of(most))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(SealStore::toUnsealedEntry)
                        .toList());
    }

    private static UnsealedEntry toUnsealedEntry(Row row) {
        return new UnsealedEntry(
                row.getLong("id"), List.of(row.getArrayOfStrings("names")), List.of(row.getArrayOfStrings("contents")));
    }

    /** Writes the seal and the place of each line; fails when one of them has a place already. */
    static Uni<Void> insert(SqlConnection transaction, Seal seal, List<Long> lines, List<String> digests) {
        var values = Tuple.tuple()
                .addLong(seal.number())
                .addString(seal.sealedAt())
                .addInteger(seal.entryCount())
                .addString(seal.keyName())
                .addString(seal.previousHash())
                .addString(seal.hash())
                .addArrayOfLong(lines.toArray(Long[]::new))
                .addArrayOfString(digests.toArray(String[]::new));
        return transaction
                .preparedQuery(INSERT)
                .execute(values)
                .invoke(rows -> {
                    if (rows.rowCount() != seal.entryCount()) {
                        throw new IllegalStateException("a line under the new seal has a place already");
                    }
                })
                .replaceWithVoid();
    }
}
