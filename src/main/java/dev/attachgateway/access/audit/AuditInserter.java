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

/** The INSERT statement of the audit table. */
final class AuditInserter {
    private static final String INSERT = """
            INSERT INTO audit (request_id, span_id, issuer, subject, action, project_id, server_id, volume_id,
                               operation_id, verdict, rule, reason, client_address, count)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """;

    /** Characters. Claims and paths are as long as their sender likes, so longer ones are truncated. */
    private static final int MAX_TEXT_LENGTH = 512;

    private AuditInserter() {}

    static Uni<Void> insert(SqlClient client, List<AuditEntry> entries) {
        return client.preparedQuery(INSERT)
                .executeBatch(entries.stream().map(AuditInserter::toTuple).toList())
                .replaceWithVoid();
    }

    private static Tuple toTuple(AuditEntry entry) {
        RequestId request = entry.requestId();
        Caller caller = entry.caller();
        Action action = entry.action();
        return Tuple.tuple()
                .addString(request == null ? null : request.traceId())
                .addString(request == null ? null : request.spanId())
                .addString(caller == null ? null : caller.issuer())
                .addString(caller == null ? null : sanitize(caller.subject()))
                .addString(action == null ? null : action.wireName())
                .addString(sanitize(entry.projectId()))
                .addString(sanitize(entry.serverId()))
                .addString(sanitize(entry.volumeId()))
                .addString(sanitize(entry.operationId()))
                .addString(entry.verdict().name().toLowerCase(Locale.ROOT))
                .addString(sanitize(entry.rule()))
                .addString(sanitize(entry.reason()))
                .addString(entry.clientAddress())
                .addInteger(entry.count());
    }

    /** Replaces NUL, which a decoded path can contain and PostgreSQL's text cannot. */
    private static @Nullable String sanitize(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String clean = text.replace('\0', '\uFFFD');
        return clean.length() <= MAX_TEXT_LENGTH ? clean : clean.substring(0, MAX_TEXT_LENGTH);
    }
}
