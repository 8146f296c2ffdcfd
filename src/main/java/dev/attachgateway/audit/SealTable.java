package dev.attachgateway.audit;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The statements of a seal, each a part of one short transaction. */
final class SealTable {
    /** Of all replicas one at a time, sealing or removing; a key that nobody else in this database has a use for. */
    private static final String MY_TURN = "select pg_try_advisory_xact_lock(7020119406302) as mine,"
            + " set_config('statement_timeout', '5000', true)";

    private static final String NEWEST = "select number, encode(hash, 'hex') as hash, key, "
            + Sql.utc("clock_timestamp()") + " as now from " + Sql.NEWEST + " n";

    private static final String UNSEALED = "select a.id, f.names, f.contents from audit_place p"
            + " join audit a on a.id = p.line cross join " + Sql.FIELDS
            + " where p.seal is null order by p.line limit $1";

    private static final String INSERT = """
            with made as (
                insert into audit_seal (number, sealed_at, lines, key, previous, hash)
                values ($1, $2::text::timestamptz, $3, $4, decode($5, 'hex'), decode($6, 'hex')))
            update audit_place p set seal = $1, place = n.place, digest = decode(n.digest, 'hex')
            from unnest($7::bigint[], $8::text[]) with ordinality as n(line, digest, place)
            where p.line = n.line and p.seal is null""";

    private SealTable() {}

    /** What the next seal continues. */
    record Newest(long number, String hash, @Nullable String key, String now) {}

    /** A line that has no seal yet, with its fields that are not null. */
    record Line(long id, List<String> names, List<String> contents) {
        String digest() {
            return LineDigest.of(names, contents);
        }
    }

    /** Whether this transaction may change the chain; no other may until its end. */
    static Uni<Boolean> myTurn(SqlConnection transaction) {
        return transaction
                .query(MY_TURN)
                .execute()
                .map(rows -> rows.iterator().next().getBoolean("mine"));
    }

    static Uni<Newest> newest(SqlConnection transaction) {
        return transaction.query(NEWEST).execute().map(rows -> {
            var row = rows.iterator().next();
            return new Newest(row.getLong("number"), row.getString("hash"), row.getString("key"), row.getString("now"));
        });
    }

    /** The oldest of those that are committed and have no seal, at most so many. */
    static Uni<List<Line>> unsealed(SqlConnection transaction, int most) {
        return transaction
                .preparedQuery(UNSEALED)
                .execute(Tuple.of(most))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(SealTable::line)
                        .toList());
    }

    private static Line line(Row row) {
        return new Line(
                row.getLong("id"), List.of(row.getArrayOfStrings("names")), List.of(row.getArrayOfStrings("contents")));
    }

    /** Writes the seal and the place of each line; fails when one of them has a place already. */
    static Uni<Void> insert(SqlConnection transaction, Seal seal, List<Long> lines, List<String> digests) {
        var values = Tuple.tuple()
                .addLong(seal.number())
                .addString(seal.sealedAt())
                .addInteger(seal.lines())
                .addString(seal.key())
                .addString(seal.previous())
                .addString(seal.hash())
                .addArrayOfLong(lines.toArray(Long[]::new))
                .addArrayOfString(digests.toArray(String[]::new));
        return transaction
                .preparedQuery(INSERT)
                .execute(values)
                .invoke(rows -> {
                    if (rows.rowCount() != seal.lines()) {
                        throw new IllegalStateException("a line under the new seal has a place already");
                    }
                })
                .replaceWithVoid();
    }
}
