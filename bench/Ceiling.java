import dev.attachgateway.storage.EmbeddedPostgres;
import dev.attachgateway.stream.eventlog.Event;
import dev.attachgateway.stream.eventlog.EventLog;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;

/**
 * How many changes a second the counter row of one project lets through, against the same load spread over 64 projects.
 * Each change is what the gateway commits: an update of an operation's row and its event, in one transaction, with fsync on.
 * Arguments: folder for the embedded PostgreSQL, seconds a run, pairs of runs, writers.
 */
public class Ceiling {
    static final int MANY = 64;

    public static void main(String[] args) throws Exception {
        var seconds = Integer.parseInt(args[1]);
        var pairs = Integer.parseInt(args[2]);
        var writers = Integer.parseInt(args[3]);
        try (var postgres = EmbeddedPostgres.start(Path.of(args[0]))) {
            var at = postgres.connectionDetails();
            Flyway.configure().dataSource("jdbc:" + at.url(), at.username(), at.password()).load().migrate();
            var vertx = Vertx.vertx();
            var pool = Pool.newInstance(io.vertx.pgclient.PgBuilder.pool()
                    .connectingTo(PgConnectOptions.fromUri(at.url()).setUser(at.username()).setPassword(at.password()))
                    .with(new PoolOptions().setMaxSize(writers))
                    .using(vertx.getDelegate())
                    .build());
            measure(pool, writers, seconds, pairs);
            pool.close().await().atMost(Duration.ofSeconds(5));
            vertx.close().await().atMost(Duration.ofSeconds(5));
        }
        System.exit(0);
    }

    static void measure(Pool pool, int writers, int seconds, int pairs) {
        run(pool, writers, 1, Math.min(seconds, 3)); // warm-up, not counted
        run(pool, writers, MANY, Math.min(seconds, 3));
        var one = new ArrayList<Double>();
        var many = new ArrayList<Double>();
        var ratio = new ArrayList<Double>();
        for (var pair = 0; pair < pairs; pair++) {
            one.add(run(pool, writers, 1, seconds));
            many.add(run(pool, writers, MANY, seconds));
            ratio.add(one.getLast() / many.getLast());
            System.out.printf("pair %d: one project %.0f/s, %d projects %.0f/s, ratio %.2f%n",
                    pair + 1, one.getLast(), MANY, many.getLast(), ratio.getLast());
        }
        System.out.printf("median of %d pairs, %d writers, %d s each: one project %.0f changes/s, %d projects %.0f changes/s, ratio %.2f%n",
                pairs, writers, seconds, median(one), MANY, median(many), median(ratio));
    }

    /** Changes committed in a second. */
    static double run(Pool pool, int writers, int projects, int seconds) {
        var log = new EventLog(pool);
        var run = UUID.randomUUID().toString();
        var rows = IntStream.range(0, writers).mapToObj(i -> new Row(run + "-" + i % projects, UUID.randomUUID())).toList();
        Multi.createFrom().iterable(rows).onItem().transformToUniAndConcatenate(row -> insert(pool, row))
                .collect().asList().await().atMost(Duration.ofMinutes(1));
        var changes = new AtomicInteger();
        var began = System.nanoTime();
        var end = began + Duration.ofSeconds(seconds).toNanos();
        var work = rows.stream().map(row -> Uni.createFrom().deferred(() -> change(pool, log, row).invoke(changes::incrementAndGet))
                .repeat().until(done -> System.nanoTime() >= end).collect().last()).toList();
        Uni.join().all(work).andFailFast().await().atMost(Duration.ofSeconds(seconds + 30L));
        return changes.get() / ((System.nanoTime() - began) / 1e9);
    }

    static Uni<Long> change(Pool pool, EventLog log, Row row) {
        return pool.withTransaction(transaction -> transaction
                .preparedQuery("update operation set version = version + 1, updated_at = now() where operation_id = $1 returning version")
                .execute(Tuple.of(row.operation))
                .flatMap(updated -> log.append(transaction, new Event.Draft(row.project, row.operation, row.operation,
                        row.operation, "node_attach_volume", "bench", "running", "running", "{\"operation_id\":\"" + row.operation + "\"}"))));
    }

    static Uni<Void> insert(Pool pool, Row row) {
        return pool.preparedQuery("insert into operation (operation_id, project_id, server_id, volume_id, type, caller_issuer,"
                        + " caller_subject, request_id, step, status, answer_by, deadline, next_step_at) values"
                        + " ($1, $2, $1, $1, 'node_attach_volume', 'b', 'b', 'b', 'following', 'running', now(), now(), 'infinity')")
                .execute(Tuple.of(row.operation, row.project)).replaceWithVoid();
    }

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    record Row(String project, UUID operation) {}
}
