package dev.attachgateway.access.audit;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.database.NamedStatement;
import dev.attachgateway.request.RequestId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Inserts entries into the audit table. */
final class AuditInserter {
    private static final NamedStatement INSERT = NamedStatement.parse("""
            insert into audit (request_id, span_id, issuer, subject, action, project_id, server_id, volume_id,
                               operation_id, verdict, rule, reason, client_address, count)
            values (:request_id, :span_id, :issuer, :subject, :action, :project_id, :server_id, :volume_id,
                    :operation_id, :verdict, :rule, :reason, :client_address, :count)""");

    /** Characters. Claims and paths are as long as their sender likes, so longer ones are truncated. */
    private static final int MAX_TEXT_LENGTH = 512;

    private AuditInserter() {}

    static Uni<Void> insert(SqlClient client, List<AuditEntry> entries) {
        return client.preparedQuery(INSERT.text())
                .executeBatch(entries.stream().map(AuditInserter::toTuple).toList())
                .replaceWithVoid();
    }

    private static Tuple toTuple(AuditEntry entry) {
        RequestId request = entry.requestId();
        Caller caller = entry.caller();
        Action action = entry.action();
        return INSERT.values()
                .set("request_id", request == null ? null : request.traceId())
                .set("span_id", request == null ? null : request.spanId())
                .set("issuer", caller == null ? null : caller.issuer())
                .set("subject", caller == null ? null : sanitize(caller.subject()))
                .set("action", action == null ? null : action.wireName())
                .set("project_id", sanitize(entry.projectId()))
                .set("server_id", sanitize(entry.serverId()))
                .set("volume_id", sanitize(entry.volumeId()))
                .set("operation_id", sanitize(entry.operationId()))
                .set("verdict", entry.verdict().name().toLowerCase(Locale.ROOT))
                .set("rule", sanitize(entry.rule()))
                .set("reason", sanitize(entry.reason()))
                .set("client_address", entry.clientAddress())
                .set("count", entry.count())
                .toTuple();
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
