package dev.attachgateway.audit;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Prints the record as lines of JSON in the order of their ids, each with its seal, a page in memory at a time. */
final class Export {
    private static final int PAGE = 1_000;

    /** A line's fields that are not null, as they are hashed, and where it stands in the chain. */
    private static final String LINES = "select (jsonb_strip_nulls(" + Sql.LINE + ") || jsonb_build_object("
            + "'seal', p.seal, 'place', p.place, 'digest', encode(p.digest, 'hex')))::text"
            + " from audit a left join audit_place p on p.line = a.id"
            + " where (?::timestamptz is null or a.at >= ?) and (?::timestamptz is null or a.at < ?)"
            + " and (?::text is null or a.project_id = ?) order by a.id";

    private final Connection connection;
    private final PrintStream out;

    Export(Connection connection, PrintStream out) {
        this.connection = connection;
        this.out = out;
    }

    /** Ends early when nobody takes the lines any more. */
    int run(AuditCommand.Export wish) throws SQLException {
        try (var statement = connection.prepareStatement(LINES)) {
            statement.setFetchSize(PAGE);
            for (var both = 0; both < 2; both++) {
                statement.setObject(1 + both, time(wish.since()));
                statement.setObject(3 + both, time(wish.until()));
                statement.setString(5 + both, wish.projectId());
            }
            try (var lines = statement.executeQuery()) {
                while (lines.next()) {
                    out.println(lines.getString(1));
                    if (out.checkError()) {
                        return AuditArchive.NOT_LOOKED;
                    }
                }
            }
        }
        return AuditArchive.WHOLE;
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
