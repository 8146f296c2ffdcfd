package dev.attachgateway.exactness;

import dev.attachgateway.storage.ConnectionDetails;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.FeedQuery;
import dev.attachgateway.testkit.FeedQuery.Written;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Concurrent writers of events, each with the gateway's own statement, that commit in another order than they began.
 */
final class Writers implements AutoCloseable {
    static final int THREADS = 16;
    private static final String NOTIFY = "select pg_notify('attach_gateway_event', '')";
    private static final String TERMINATE_LISTENERS = "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where datname = current_database() and query ~* '^(listen|notify)' and pid <> pg_backend_pid()";

    private final Vertx vertx = Vertx.vertx();
    private final Pool pool;
    private final EventWriter eventWriter;
    private final List<Paper> papers;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger committed = new AtomicInteger();

    Writers(ConnectionDetails database, List<Paper> papers) {
        this.pool = Pool.newInstance(io.vertx.sqlclient.Pool.pool(
                vertx.getDelegate(),
                PgConnectOptions.fromUri(database.url())
                        .setUser(database.username())
                        .setPassword(database.password()),
                new PoolOptions().setMaxSize(THREADS + 2)));
        this.eventWriter = new EventWriter(pool, new EventLog(pool));
        this.papers = papers;
        // Initialises Mutiny on one thread: its first use is not thread-safe.
        EventWriter.await(pool.query("select 1").execute());
    }

    EventWriter eventWriter() {
        return eventWriter;
    }

    int committed() {
        return committed.get();
    }

    /** Runs one writer until all writers together have written the number of events. */
    void write(int events, Random random) {
        while (begun.incrementAndGet() <= events) {
            var event = FeedQuery.change(papers, random);
            writeWithRetry(() -> pool.withTransaction(transaction -> pause(transaction, random.nextInt(20))
                            .chain(() -> append(transaction, event))
                            .call(() -> pause(transaction, random.nextInt(3))))
                    .call(() -> pool.query(NOTIFY).execute()));
            committed.incrementAndGet();
        }
    }

    /**
     * Commits an event while no replica listens: the connections are terminated in the same transaction, so that no
     * replica can listen again before the commit.
     */
    void writeWithoutListeners(Random random) {
        writeWithRetry(() -> appendWithoutListeners(List.of(FeedQuery.change(papers, random))));
    }

    /** Writes the last events without any notification. */
    void writeMarksWithoutListeners() {
        writeWithRetry(() -> appendWithoutListeners(FeedQuery.marks(papers)));
    }

    private Uni<Long> appendWithoutListeners(List<Written> events) {
        return pool.withTransaction(transaction -> transaction
                .query(TERMINATE_LISTENERS)
                .execute()
                .chain(() -> Multi.createFrom()
                        .iterable(events)
                        .onItem()
                        .transformToUniAndConcatenate(event -> append(transaction, event))
                        .collect()
                        .last()));
    }

    private Uni<Long> append(SqlConnection transaction, Written event) {
        return eventWriter.append(transaction, event.paper(), event.before(), event.after());
    }

    /** Retries a commit of unknown outcome; the test compares with the final content of the table. */
    private static void writeWithRetry(Supplier<Uni<?>> transaction) {
        EventWriter.await(Uni.createFrom()
                .deferred(() -> transaction.get().replaceWithVoid())
                .onFailure()
                .retry()
                .withBackOff(Duration.ofMillis(50), Duration.ofMillis(500))
                .atMost(100));
    }

    private static Uni<?> pause(SqlConnection transaction, int milliseconds) {
        return transaction.preparedQuery("select pg_sleep($1)").execute(Tuple.of(milliseconds / 1000.0));
    }

    @Override
    public void close() {
        pool.closeAndAwait();
        vertx.closeAndAwait();
    }
}
