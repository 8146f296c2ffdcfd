package dev.attachgateway.audit.command;

import dev.attachgateway.audit.seal.AuditEntryDigest;
import dev.attachgateway.audit.seal.AuditQueries;
import dev.attachgateway.audit.seal.Seal;
import dev.attachgateway.audit.seal.SealKeys;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Verifies the whole audit log against its seals, one page in memory at a time. */
final class AuditVerification {
    private static final int FETCH_SIZE = 1_000;

    private static final String SEAL_COLUMNS =
            "s.number, " + AuditQueries.utcText("s.sealed_at") + " as sealed_at, s.lines, s.key,"
                    + " encode(s.previous, 'hex') as previous, encode(s.hash, 'hex') as hash";

    private static final String SELECT_ANCHOR = "select " + SEAL_COLUMNS
            + " from (select seal as number, sealed_at, 0 as lines, null as key, hash as previous, hash"
            + " from audit_anchor) s";

    private static final String SELECT_CHAIN = "select " + SEAL_COLUMNS
            + ", p.line, encode(p.digest, 'hex') as digest, f.names, f.contents"
            + " from audit_seal s left join audit_place p on p.seal = s.number left join audit a on a.id = p.line"
            + " left join " + AuditQueries.ENTRY_FIELDS + " on a.id is not null order by s.number, p.place";

    /**
     * Entries inserted around the triggers, positions under a missing seal, and entries removed before they were
     * sealed.
     */
    private static final String SELECT_INCONSISTENCIES = """
            select 'line ' || a.id || ' was inserted: it has no position in the chain' from audit a
                where not exists (select from audit_place p where p.line = a.id)
            union all
            select 'line ' || p.line || ' is under seal ' || p.seal || ', which is missing' from audit_place p
                where p.seal is not null and not exists (select from audit_seal s where s.number = p.seal)
            union all
            select 'line ' || p.line || ' was removed before it was sealed' from audit_place p
                where p.seal is null and not exists (select from audit a where a.id = p.line)""";

    private static final String COUNT_UNSEALED = "select count(*) from audit_place where seal is null";

    private final Connection connection;
    private final SealKeys keys;
    private final PrintStream out;
    private final VerificationFindings findings;

    AuditVerification(Connection connection, SealKeys keys, PrintStream out) {
        this.connection = connection;
        this.keys = keys;
        this.out = out;
        this.findings = new VerificationFindings(out);
    }

    /** Prints the findings; returns 0 when the audit log is intact and 1 when it is not. */
    int run(Map<Long, String> expected) throws SQLException {
        var anchor = readAnchor();
        var chain = new SealChainVerifier(anchor, expected, keys, findings);
        forEachRow(SELECT_CHAIN, row -> verifyRow(chain, row));
        chain.complete();
        forEachRow(SELECT_INCONSISTENCIES, row -> findings.add(row.getString(1)));
        forEachRow(
                COUNT_UNSEALED,
                row -> out.println("seals " + chain.sealCount() + ", lines " + chain.entryCount() + ", not sealed yet "
                        + row.getLong(1)));
        if (anchor.number() > 0) {
            out.println("removed by age: up to seal " + anchor.checkpoint() + " of " + anchor.sealedAt());
        }
        if (chain.lastSeal().number() > 0) {
            out.println("newest seal " + chain.lastSeal().checkpoint() + " of "
                    + chain.lastSeal().sealedAt());
        }
        var count = findings.finish();
        out.println(count == 0 ? "intact" : "NOT INTACT: " + count + " findings");
        return count == 0 ? AuditDatabase.EXIT_OK : AuditDatabase.EXIT_VERIFICATION_FAILED;
    }

    private Seal readAnchor() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(SELECT_ANCHOR)) {
            if (!row.next()) {
                throw new SQLException("the table audit_anchor is empty");
            }
            return toSeal(row);
        }
    }

    private static void verifyRow(SealChainVerifier chain, ResultSet row) throws SQLException {
        var seal = toSeal(row);
        if (seal.number() != chain.lastSeal().number() || chain.sealCount() == 0) {
            chain.nextSeal(seal);
        }
        var entryId = row.getLong("line");
        if (!row.wasNull()) {
            chain.nextEntry(entryId, row.getString("digest"), digest(row));
        }
    }

    private static @Nullable String digest(ResultSet row) throws SQLException {
        return row.getArray("names") == null
                ? null
                : AuditEntryDigest.of(readTextArray(row, "names"), readTextArray(row, "contents"));
    }

    private static List<String> readTextArray(ResultSet row, String column) throws SQLException {
        return Arrays.asList((String[]) row.getArray(column).getArray());
    }

    private static Seal toSeal(ResultSet row) throws SQLException {
        var sealedAt = row.getString("sealed_at");
        return new Seal(
                row.getLong("number"),
                sealedAt == null ? "" : sealedAt,
                row.getInt("lines"),
                row.getString("key"),
                row.getString("previous"),
                row.getString("hash"));
    }

    private interface RowHandler {
        void handle(ResultSet row) throws SQLException;
    }

    private void forEachRow(String query, RowHandler rowHandler) throws SQLException {
        try (var statement = connection.prepareStatement(query)) {
            statement.setFetchSize(FETCH_SIZE);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    rowHandler.handle(rows);
                }
            }
        }
    }
}
