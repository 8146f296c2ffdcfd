package dev.attachgateway.operation.precondition;

import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.operation.model.Operation;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * Whose turn it is on a server. The cloud answers "another operation is being performed" for a busy server (ModelArts API
 * reference, error codes, ModelArts.6357), so one operation is under way there at a time and the others wait in line, one of
 * each caller in a round, so that nobody waits behind all of somebody else's.
 */
@ApplicationScoped
public class ServerQueue {
    private static final String SELECT_POSITION = """
            select (select count(*) from operation o
                    where o.project_id = me.project_id and o.server_id = me.server_id and o.operation_id <> me.operation_id
                      and (o.step in ('sending', 'following', 'confirming')
                           or o.step = 'queued' and (o.queue_round, o.created_at, o.operation_id)
                                                  < (me.round, me.created_at, me.operation_id))) as ahead,
                exists(select from pause where project_id in (me.project_id, '*')) as paused
            from (select *, case when step = 'queued' then queue_round else operation_round(operation) end as round
                  from operation where operation_id = $1) me""";

    private static final String SELECT_QUEUE_LENGTH = """
            select (select count(*) from operation where project_id = $1 and server_id = $2
                      and step in ('queued', 'sending', 'following', 'confirming')) as ahead,
                exists(select from pause where project_id in ($1, '*')) as paused""";

    /** Those of this replica whose place in line is not the one they were told last, the ones whose turn it is included. */
    private static final String SELECT_CHANGED_POSITIONS = """
            select operation_id
            from (select o.operation_id, o.lease_owner, o.detail, o.project_id,
                     row_number() over (
                         partition by o.project_id, o.server_id order by o.queue_round, o.created_at, o.operation_id)
                       + (select count(*) from operation h where h.project_id = o.project_id and h.server_id = o.server_id
                          and h.step in ('sending', 'following', 'confirming')) as place
                  from operation o where o.step = 'queued') line
            where lease_owner = $1 and detail <> $2 || place || $3
              and not exists(select from pause where project_id in (line.project_id, '*'))""";

    private static final String DETAIL_PREFIX = "The server is busy with another operation. Place in line: ";
    private static final String DETAIL_SUFFIX = ".";

    private final Pool pool;

    ServerQueue(Pool pool) {
        this.pool = pool;
    }

    /**
     * Where an operation stands.
     *
     * @param operationsAhead how many are before it on its server, the one under way included
     * @param paused whether an operator has paused all sends of its project
     */
    public record QueuePosition(int operationsAhead, boolean paused) {
        public boolean canSend() {
            return operationsAhead == 0 && !paused;
        }

        public String detail() {
            return paused ? "Sends are paused by an operator." : DETAIL_PREFIX + (operationsAhead + 1) + DETAIL_SUFFIX;
        }
    }

    public Uni<QueuePosition> position(Operation operation) {
        return pool.preparedQuery(SELECT_POSITION)
                .execute(Tuple.of(operation.id()))
                .map(rows -> rows.iterator().next())
                .map(ServerQueue::position);
    }

    /** Where one more operation would stand on a server, at the worst: callers take turns. */
    public Uni<QueuePosition> expectedPosition(String projectId, String serverId) {
        return DatabaseTimeout.limit(
                        pool.preparedQuery(SELECT_QUEUE_LENGTH).execute(Tuple.of(projectId, UUID.fromString(serverId))))
                .map(rows -> position(rows.iterator().next()));
    }

    private static QueuePosition position(Row row) {
        return new QueuePosition(row.getLong("ahead").intValue(), row.getBoolean("paused"));
    }

    /** The waiting operations of this replica for which something has changed. */
    public Uni<List<UUID>> findChangedPositions(UUID owner) {
        return pool.preparedQuery(SELECT_CHANGED_POSITIONS)
                .execute(Tuple.of(owner, DETAIL_PREFIX, DETAIL_SUFFIX))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map((Row row) -> row.getUUID("operation_id"))
                        .toList());
    }
}
