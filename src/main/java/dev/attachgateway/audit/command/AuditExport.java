package dev.attachgateway.audit.command;

import dev.attachgateway.audit.seal.AuditQueries;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Prints the audit log as lines of JSON in the order of their ids, each with its seal, one page in memory at a time.
 */
final class AuditExport {
    private static final int FETCH_SIZE = 1_000;

    /** The fields of an entry that are not null, as they are hashed, and its position in the chain. */
    private static final String SELECT_ENTRIES =
            "select (jsonb_strip_nulls(" + AuditQueries.ENTRY_JSON + ") || jsonb_build_object("
                    + "'seal', p.seal, 'place', p.place, 'digest', encode(p.digest, 'hex')))::text"
                    + " from audit a left join audit_place p on p.line = a.id"
                    + " where (?::timestamptz is null or a.at >= ?) and (?::timestamptz is null or a.at < ?)"
                    + " and (?::text is null or a.project_id = ?) order by a.id";

    private final Connection connection;
    private final PrintStream out;

    AuditExport(Connection connection, PrintStream out) {
        this.connection = connection;
        this.out = out;
    }

    /** Ends early, with an error, when the output is closed. */
    int run(AuditCommand.Export export) throws SQLException {
        try (var statement = connection.prepareStatement(SELECT_ENTRIES)) {
            statement.setFetchSize(FETCH_SIZE);
            for (var offset = 0; offset < 2; offset++) {
                statement.setObject(1 + offset, toOffsetDateTime(export.since()));
                statement.setObject(3 + offset, toOffsetDateTime(export.until()));
                statement.setString(5 + offset, export.projectId());
            }
            try (var lines = statement.executeQuery()) {
                while (lines.next()) {
                    out.println(lines.getString(1));
                    if (out.checkError()) {
                        return AuditDatabase.EXIT_ERROR;
                    }
                }
            }
        }
        return AuditDatabase.EXIT_OK;
    }

    private static @Nullable OffsetDateTime toOffsetDateTime(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
