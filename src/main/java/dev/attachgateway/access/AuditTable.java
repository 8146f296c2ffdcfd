package dev.attachgateway.access;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The audit table's one statement. */
final class AuditTable {
    private static final String INSERT = """
            INSERT INTO audit (request_id, span_id, issuer, subject, action, project_id, server_id, volume_id,
                               operation_id, verdict, rule, reason, client_address, count)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """;

    /** A token's claims and a path are as long as their sender likes; a line of the record is not. */
    private static final int LONGEST = 512;

    private AuditTable() {}

    static Uni<Void> insert(SqlClient client, List<AuditRecord> records) {
        return client.preparedQuery(INSERT)
                .executeBatch(records.stream().map(AuditTable::row).toList())
                .replaceWithVoid();
    }

    private static Tuple row(AuditRecord line) {
        RequestId request = line.requestId();
        Caller caller = line.caller();
        Action action = line.action();
        return Tuple.tuple()
                .addString(request == null ? null : request.traceId())
                .addString(request == null ? null : request.spanId())
                .addString(caller == null ? null : caller.issuer())
                .addString(caller == null ? null : bounded(caller.subject()))
                .addString(action == null ? null : action.word())
                .addString(bounded(line.projectId()))
                .addString(bounded(line.serverId()))
                .addString(bounded(line.volumeId()))
                .addString(bounded(line.operationId()))
                .addString(line.verdict().name().toLowerCase(Locale.ROOT))
                .addString(bounded(line.rule()))
                .addString(bounded(line.reason()))
                .addString(line.clientAddress())
                .addInteger(line.count());
    }

    /** PostgreSQL's text cannot hold NUL, which a decoded path can. */
    private static @Nullable String bounded(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String clean = text.replace('\0', '\uFFFD');
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST);
    }
}
