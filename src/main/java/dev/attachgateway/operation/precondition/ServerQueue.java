package dev.attachgateway.operation.precondition;

import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationState;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * The queue of each server. The cloud responds with "another operation is being performed" for a busy server (ModelArts API
 * reference, error codes, ModelArts.6357), so one operation at a time occupies the server's slot and the others are queued,
 * one of each caller per round, so that one caller's operations do not delay those of the others.
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

    /** Queued operations of this replica whose position differs from the stored one, including those that may now be sent. */
    private static final String SELECT_CHANGED_POSITIONS = """
            select operation_id
            from (select o.operation_id, o.lease_owner, o.queue_position, o.project_id,
                     row_number() over (
                         partition by o.project_id, o.server_id order by o.queue_round, o.created_at, o.operation_id)
                       + (select count(*) from operation h where h.project_id = o.project_id and h.server_id = o.server_id
                          and h.step in ('sending', 'following', 'confirming')) as position
                  from operation o where o.step = 'queued') queue
            where lease_owner = $1 and queue_position is distinct from position
              and not exists(select from pause where project_id in (queue.project_id, '*'))""";

    private final Pool pool;

    ServerQueue(Pool pool) {
        this.pool = pool;
    }

    /**
     * The queue position of an operation.
     *
     * @param operationsAhead the number of operations ahead on the server, including the one under way
     * @param paused whether an operator has paused the sends of the project
     */
    public record QueuePosition(int operationsAhead, boolean paused) {
        /** Whether the operation may be sent now. */
        public boolean canSend() {
            return operationsAhead == 0 && !paused;
        }

        /** The operation at this position in the server's queue; without a position while sends are paused. */
        public OperationState.Queued queue(OperationState.Unsent unsent) {
            if (paused) {
                return unsent.queue(null, "Sends are paused by an operator.");
            }
            var position = operationsAhead + 1;
            return unsent.queue(
                    position,
                    "The server is busy with another operation. Position in the server's queue: " + position + ".");
        }
    }

    /** The current position of an operation. */
    public Uni<QueuePosition> position(Operation operation) {
        return pool.preparedQuery(SELECT_POSITION)
                .execute(Tuple.of(operation.id()))
                .map(rows -> rows.iterator().next())
                .map(ServerQueue::position);
    }

    /**
     * The worst position that a new operation would have on a server; the rounds may improve it. Fails with {@link
     * dev.attachgateway.database.DatabaseUnavailableException} when the database does not respond.
     */
    public Uni<QueuePosition> expectedPosition(String projectId, String serverId) {
        return DatabaseTimeout.limit(
                        pool.preparedQuery(SELECT_QUEUE_LENGTH).execute(Tuple.of(projectId, UUID.fromString(serverId))))
                .map(rows -> position(rows.iterator().next()));
    }

    private static QueuePosition position(Row row) {
        return new QueuePosition(row.getLong("ahead").intValue(), row.getBoolean("paused"));
    }

    /** The queued operations of this owner whose position has changed. */
    public Uni<List<UUID>> findChangedPositions(UUID owner) {
        return pool.preparedQuery(SELECT_CHANGED_POSITIONS)
                .execute(Tuple.of(owner))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map((Row row) -> row.getUUID("operation_id"))
                        .toList());
    }
}
