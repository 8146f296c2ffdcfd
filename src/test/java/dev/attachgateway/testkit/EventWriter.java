package dev.attachgateway.testkit;

import dev.attachgateway.database.NamedStatement;
import dev.attachgateway.stream.eventlog.Event;
import dev.attachgateway.stream.eventlog.EventLog;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes operations and their events as another replica would: committed, without a notification in this process. Each
 * writer has its own project, so that it knows all events of the project.
 */
public final class EventWriter {
    public static final String ATTACH = "node_attach_volume";
    public static final String DETACH = "node_detach_volume";

    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final NamedStatement INSERT = NamedStatement.parse("""
            insert into operation (operation_id, project_id, server_id, volume_id, type, caller_issuer, caller_subject,
                request_id, step, status, answer_by, deadline, next_step_at)
            values (:operation_id, :project_id, :server_id, :volume_id, :type, split_part(:caller, ':', 1),
                split_part(:caller, ':', 2), :request_id, 'checking', 'pending', now(), now(), 'infinity')""");
    private static final String UPDATE = """
            update operation set status = $2, step = $3, updated_at = now(),
                ended_at = case when $2 in ('success', 'failed') then now() end,
                upstream_operation_id = operation_id::text,
                failure = case when $2 = 'failed' then
                    '{"kind": "FAILED_LATER", "code": "ModelArts.0001", "message": "It failed.", "others": []}'::jsonb end
            where operation_id = $1""";

    private final Pool pool;
    private final EventLog log;
    private final String project;

    public EventWriter(Pool pool, EventLog log) {
        this.pool = pool;
        this.log = log;
        this.project = UUID.randomUUID().toString().replace("-", "");
    }

    /** The data of an operation to be written. */
    public record Paper(UUID id, UUID server, UUID volume, String type, String caller) {
        /** An attach of a random disk to a random server. */
        public static Paper some() {
            return of(UUID.randomUUID(), UUID.randomUUID(), ATTACH, "sandbox:attacher");
        }

        public static Paper of(UUID server, UUID volume, String type, String caller) {
            return new Paper(UUID.randomUUID(), server, volume, type, caller);
        }
    }

    /** The id of the writer's project. */
    public String project() {
        return project;
    }

    public String path() {
        return "/v1/" + project + "/dev-servers/operations";
    }

    /** Writes a new operation with its first event; returns the event's position. */
    public long begin(Paper paper) {
        return await(pool.withTransaction(transaction -> INSERT.values()
                .set("operation_id", paper.id())
                .set("project_id", project)
                .set("server_id", paper.server())
                .set("volume_id", paper.volume())
                .set("type", paper.type())
                .set("caller", paper.caller())
                .set("request_id", "2a2f43acca266ca6f2372415f7b5a8ab")
                .execute(transaction)
                .chain(() -> append(transaction, paper, null, "pending"))));
    }

    /** Writes a change of an operation; returns the event's position. */
    public long move(Paper paper, String before, String after) {
        return await(pool.withTransaction(transaction -> change(transaction, paper, before, after)));
    }

    /** Writes a change of an operation within a transaction; returns the event's position. */
    public Uni<Long> change(SqlConnection transaction, Paper paper, String before, String after) {
        return transaction
                .preparedQuery(UPDATE)
                .execute(Tuple.of(paper.id(), after, step(after)))
                .chain(() -> append(transaction, paper, before, after));
    }

    /** Appends an event, whether the operation exists or not; returns its position. */
    public Uni<Long> append(SqlConnection transaction, Paper paper, @Nullable String before, String after) {
        return log.append(
                transaction,
                new Event.Draft(
                        project,
                        paper.id(),
                        paper.server(),
                        paper.volume(),
                        paper.type(),
                        paper.caller(),
                        before,
                        after,
                        data(paper, after)));
    }

    /** A statement that writes {@code count} changes of the last operation, each of two kilobytes. */
    public static String writeMany(String project, int count) {
        return """
                with last as (select * from event where project_id = '%1$s' order by position desc limit 1),
                    counter as (update event_position set position = position + %2$d where project_id = '%1$s')
                insert into event (project_id, position, operation_id, server_id, volume_id, type, caller,
                    status_before, status, data)
                select project_id, position + n, operation_id, server_id, volume_id, type, caller, status, status,
                    '{"padding":"' || repeat('x', 2000) || '",' || substr(data, 2) from last, generate_series(1, %2$d) n
                """.formatted(project, count);
    }

    public void run(String sql) {
        await(pool.query(sql).execute());
    }

    public static <T> T await(Uni<T> result) {
        return result.await().atMost(LIMIT);
    }

    private static String step(String status) {
        return switch (status) {
            case "pending" -> "checking";
            case "running" -> "following";
            case "success" -> "succeeded";
            default -> "failed";
        };
    }

    private static String data(Paper paper, String status) {
        var error = status.equals("failed")
                ? "\"operation_error\":{\"code\":\"ModelArts.0001\",\"message\":\"It failed.\"},"
                : "";
        return """
                {"operation_id":"%s","operation_status":"%s","operation_type":"%s",%s"server_id":"%s","volume_id":"%s",\
                "caller":"%s","step":"%s","unsettled":false,"attempts":1,"created_at":"2026-01-02T03:04:05.678Z",\
                "updated_at":"2026-01-02T03:04:05.678Z","request_id":"2a2f43acca266ca6f2372415f7b5a8ab"}""".formatted(
                paper.id(), status, paper.type(), error, paper.server(), paper.volume(), paper.caller(), step(status));
    }
}
