package dev.attachgateway.audit;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a whole record, a page in memory at a time, and tells whether it is as it was sealed. */
final class Verification {
    private static final int PAGE = 1_000;

    private static final String SEAL = "s.number, " + Sql.utc("s.sealed_at") + " as sealed_at, s.lines, s.key,"
            + " encode(s.previous, 'hex') as previous, encode(s.hash, 'hex') as hash";

    private static final String ANCHOR = "select " + SEAL
            + " from (select seal as number, sealed_at, 0 as lines, null as key, hash as previous, hash"
            + " from audit_anchor) s";

    private static final String CHAIN = "select " + SEAL
            + ", p.line, encode(p.digest, 'hex') as digest, f.names, f.contents"
            + " from audit_seal s left join audit_place p on p.seal = s.number left join audit a on a.id = p.line"
            + " left join " + Sql.FIELDS + " on a.id is not null order by s.number, p.place";

    /** Lines that were put in past the triggers, and places under a seal that is not there. */
    private static final String STRAYS = """
            select 'line ' || a.id || ' was put in: it has no place in the chain' from audit a
                where not exists (select from audit_place p where p.line = a.id)
            union all
            select 'line ' || p.line || ' is under seal ' || p.seal || ', which is not there' from audit_place p
                where p.seal is not null and not exists (select from audit_seal s where s.number = p.seal)
            union all
            select 'line ' || p.line || ' was removed before it was sealed' from audit_place p
                where p.seal is null and not exists (select from audit a where a.id = p.line)""";

    private static final String WAITING = "select count(*) from audit_place where seal is null";

    private final Connection connection;
    private final SealKeys keys;
    private final PrintStream out;
    private final Findings findings;

    Verification(Connection connection, SealKeys keys, PrintStream out) {
        this.connection = connection;
        this.keys = keys;
        this.out = out;
        this.findings = new Findings(out);
    }

    /** Gives back 0 when it is whole and 1 when it is not, having said why. */
    int run(Map<Long, String> expected) throws SQLException {
        var anchor = anchor();
        var chain = new Chain(anchor, expected, keys, findings);
        each(CHAIN, row -> follow(chain, row));
        chain.end();
        each(STRAYS, row -> findings.add(row.getString(1)));
        each(
                WAITING,
                row -> out.println(
                        "seals " + chain.seals() + ", lines " + chain.lines() + ", not sealed yet " + row.getLong(1)));
        if (anchor.number() > 0) {
            out.println("removed by age: up to seal " + anchor.mark() + " of " + anchor.sealedAt());
        }
        if (chain.newest().number() > 0) {
            out.println("newest seal " + chain.newest().mark() + " of "
                    + chain.newest().sealedAt());
        }
        var wrong = findings.end();
        out.println(wrong == 0 ? "whole" : "NOT WHOLE: " + wrong + " findings");
        return wrong == 0 ? AuditArchive.WHOLE : AuditArchive.BROKEN;
    }

    private Seal anchor() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(ANCHOR)) {
            if (!row.next()) {
                throw new SQLException("the table audit_anchor is empty");
            }
            return seal(row);
        }
    }

    private static void follow(Chain chain, ResultSet row) throws SQLException {
        var seal = seal(row);
        if (seal.number() != chain.newest().number() || chain.seals() == 0) {
            chain.seal(seal);
        }
        var line = row.getLong("line");
        if (!row.wasNull()) {
            chain.line(line, row.getString("digest"), digest(row));
        }
    }

    private static @Nullable String digest(ResultSet row) throws SQLException {
        return row.getArray("names") == null ? null : LineDigest.of(texts(row, "names"), texts(row, "contents"));
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.asList((String[]) row.getArray(column).getArray());
    }

    private static Seal seal(ResultSet row) throws SQLException {
        var at = row.getString("sealed_at");
        return new Seal(
                row.getLong("number"),
                at == null ? "" : at,
                row.getInt("lines"),
                row.getString("key"),
                row.getString("previous"),
                row.getString("hash"));
    }

    /** Something that is done with a row. */
    private interface Look {
        void at(ResultSet row) throws SQLException;
    }

    private void each(String query, Look look) throws SQLException {
        try (var statement = connection.prepareStatement(query)) {
            statement.setFetchSize(PAGE);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    look.at(rows);
                }
            }
        }
    }
}
