package dev.attachgateway.access.audit;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.request.RequestId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The audit table's one statement. */
final class AuditInserter {
    private static final String INSERT = """
            INSERT INTO audit (request_id, span_id, issuer, subject, action, project_id, server_id, volume_id,
                               operation_id, verdict, rule, reason, client_address, count)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """;

    /** A token's claims and a path are as long as their sender likes; a line of the record is not. */
    private static final int MAX_TEXT_LENGTH = 512;

    private AuditInserter() {}

    static Uni<Void> insert(SqlClient client, List<AuditEntry> records) {
        return client.preparedQuery(INSERT)
                .executeBatch(records.stream().map(AuditInserter::toTuple).toList())
                .replaceWithVoid();
    }

    private static Tuple toTuple(AuditEntry line) {
        RequestId request = line.requestId();
        Caller caller = line.caller();
        Action action = line.action();
        return Tuple.tuple()
                .addString(request == null ? null : request.traceId())
                .addString(request == null ? null : request.spanId())
                .addString(caller == null ? null : caller.issuer())
                .addString(caller == null ? null : sanitize(caller.subject()))
                .addString(action == null ? null : action.wireName())
                .addString(sanitize(line.projectId()))
                .addString(sanitize(line.serverId()))
                .addString(sanitize(line.volumeId()))
                .addString(sanitize(line.operationId()))
                .addString(line.verdict().name().toLowerCase(Locale.ROOT))
                .addString(sanitize(line.rule()))
                .addString(sanitize(line.reason()))
                .addString(line.clientAddress())
                .addInteger(line.count());
    }

    /** PostgreSQL's text cannot hold NUL, which a decoded path can. */
    private static @Nullable String sanitize(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String clean = text.replace('\0', '\uFFFD');
        return clean.length() <= MAX_TEXT_LENGTH ? clean : clean.substring(0, MAX_TEXT_LENGTH);
    }
}
