package dev.attachgateway.testkit;

import io.vertx.mutiny.sqlclient.Pool;

/** A pause of all sends, so that operations stay queued until a test closes it. */
public final class SendPause implements AutoCloseable {
    private final Pool pool;

    public SendPause(Pool pool) {
        this.pool = pool;
        run("insert into pause (project_id, reason, paused_by) values ('*', 'a test', 'a test')");
    }

    @Override
    public void close() {
        run("delete from pause");
    }

    private void run(String sql) {
        pool.query(sql).execute().await().atMost(Timeouts.CONDITION);
    }
}
