package dev.attachgateway.operation;

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
 * reference, error codes, ModelArts.6357), so one operation is under way there at a time and the others wait in line: each
 * caller's oldest first, then each caller's second, so that nobody waits behind all of somebody else's.
 */
@ApplicationScoped
class Turns {
    private static final String PLACE = """
            with line as (
                select operation_id, row_number() over (order by round, created_at, operation_id) as place
                from (select operation_id, created_at, row_number() over (
                          partition by caller_issuer, caller_subject order by created_at, operation_id) as round
                      from operation
                      where project_id = $2 and server_id = $3 and (step = 'queued' or operation_id = $1)) waiting)
            select (select place - 1 from line where operation_id = $1)
                     + (select count(*) from operation where project_id = $2 and server_id = $3
                        and step in ('sending', 'following', 'confirming') and operation_id <> $1) as ahead,
                exists(select from pause where project_id in ($2, '*')) as paused""";

    /** Those of this replica whose place in line is not the one they were told last, the ones whose turn it is included. */
    private static final String MOVED = """
            select operation_id
            from (select o.operation_id, o.lease_owner, o.detail,
                     row_number() over (partition by o.project_id, o.server_id order by o.round, o.created_at, o.operation_id)
                       + (select count(*) from operation h where h.project_id = o.project_id and h.server_id = o.server_id
                          and h.step in ('sending', 'following', 'confirming')) - 1 as ahead,
                     exists(select from pause where project_id in (o.project_id, '*')) as paused
                  from (select *, row_number() over (
                            partition by project_id, server_id, caller_issuer, caller_subject
                            order by created_at, operation_id) as round
                        from operation where step = 'queued') o) line
            where lease_owner = $1 and not paused and detail <> $2 || (ahead + 1)::text || $3""";

    private static final String BEFORE = "The server is busy with another operation. Place in line: ";
    private static final String AFTER = ".";

    private final Pool pool;

    Turns(Pool pool) {
        this.pool = pool;
    }

    /**
     * Where an operation stands.
     *
     * @param ahead how many are before it on its server, the one under way included
     * @param paused whether an operator has paused all sends of its project
     */
    record Place(int ahead, boolean paused) {
        boolean isTurn() {
            return ahead == 0 && !paused;
        }

        String detail() {
            return paused ? "Sends are paused by an operator." : BEFORE + (ahead + 1) + AFTER;
        }
    }

    Uni<Place> place(Operation operation) {
        return pool.preparedQuery(PLACE)
                .execute(Tuple.of(operation.id(), operation.projectId(), UUID.fromString(operation.serverId())))
                .map(rows -> rows.iterator().next())
                .map(row -> new Place(row.getLong("ahead").intValue(), row.getBoolean("paused")));
    }

    /** The waiting operations of this replica for which something has changed. */
    Uni<List<UUID>> moved(UUID owner) {
        return pool.preparedQuery(MOVED)
                .execute(Tuple.of(owner, BEFORE, AFTER))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map((Row row) -> row.getUUID("operation_id"))
                        .toList());
    }
}
