package dev.attachgateway.testkit;

import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;

/** A pause of sends as an operator makes it: operations stay queued until it is closed. */
public final class PausedSends implements AutoCloseable {
    private final Pool pool;

    private PausedSends(Pool pool) {
        this.pool = pool;
    }

    /** Pauses the sends of a project, or of all with {@code *}. */
    public static PausedSends of(Pool pool, String projectId) {
        pool.preparedQuery("insert into pause (project_id, reason, paused_by) values ($1, 'a test', 'a test')")
                .execute(Tuple.of(projectId))
                .await()
                .atMost(Timeouts.CONDITION);
        return new PausedSends(pool);
    }

    /** Ends every pause of every project. */
    @Override
    public void close() {
        pool.query("delete from pause").execute().await().atMost(Timeouts.CONDITION);
    }
}
