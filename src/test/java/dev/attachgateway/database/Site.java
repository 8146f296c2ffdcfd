package dev.attachgateway.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.history.Attempt;
import dev.attachgateway.history.Checker;
import dev.attachgateway.history.Written;
import dev.attachgateway.race.Callers;
import dev.attachgateway.race.Ends;
import dev.attachgateway.storage.EmbeddedPostgres;
import dev.attachgateway.storage.Folders;
import dev.attachgateway.testkit.FaultyConnection;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.RunningGateway;
import dev.attachgateway.testkit.RunningSandbox;
import dev.attachgateway.testkit.SandboxCloud;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A gateway whose line to its database can be disturbed, under the load of some callers. */
final class Site implements AutoCloseable {
    private static final int CALLERS = 12;
    private static final Duration ENDED_WITHIN = Duration.ofMinutes(2);

    private static final Map<String, String> QUICK = Map.of(
            "OPERATION_LEASE", "4S",
            "OPERATION_SEND_TIMEOUT", "1S",
            "OPERATION_POLL_MIN_INTERVAL", "100MS",
            "OPERATION_SETTLE_INTERVAL", "500MS",
            "OPERATION_SETTLE_QUIET_PERIOD", "1S",
            "UPSTREAM_SIGNATURE_MAX_AGE", "5S",
            "UPSTREAM_CONNECT_TIMEOUT", "1S",
            "UPSTREAM_ANSWER_TIMEOUT", "3S");

    private final Path postgresFolder;
    private final RunningSandbox sandbox;
    private final FaultyConnection line;
    private final RunningGateway gateway;
    private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final CountDownLatch left = new CountDownLatch(CALLERS);
    private EmbeddedPostgres postgres;

    Site(Path folder, Map<String, String> environment) throws IOException {
        postgresFolder = Folders.withCluster(folder);
        postgres = EmbeddedPostgres.start(postgresFolder);
        sandbox = RunningSandbox.start(folder.resolve("sandbox"));
        line = new FaultyConnection(postgres.connection());
        var settings = new HashMap<>(QUICK);
        settings.putAll(environment);
        settings.put("STORAGE_URL", line.connection().url());
        settings.put("STORAGE_USERNAME", postgres.connection().username());
        settings.put("STORAGE_PASSWORD", postgres.connection().password());
        settings.put("SANDBOX_URL", sandbox.url());
        gateway = RunningGateway.start(folder.resolve("gateway"), settings);
        cloud().behaviour(Map.of(
                "attach_ms", 200, "detach_ms", 200, "evs_lag_ms", 50, "server_lag_ms", 50, "signature_ms", 5_000));
    }

    FaultyConnection line() {
        return line;
    }

    RunningGateway running() {
        return gateway;
    }

    GatewayClient gateway() {
        return new GatewayClient(gateway.url(), sandbox.url());
    }

    SandboxCloud cloud() {
        return new SandboxCloud(sandbox.url());
    }

    /** Past the line. */
    Connection database() throws SQLException {
        return PostgresForTests.open(postgres.connection());
    }

    /** PostgreSQL stops and starts again. */
    void restartPostgres() {
        postgres.close();
        postgres = EmbeddedPostgres.start(postgresFolder);
        line.leadTo(postgres.connection());
    }

    /** Callers begin to attach and detach, and go on until {@link #calm}. */
    void load(long seed) {
        var callers = new Callers(List.of(gateway()), cloud().newServers(12), cloud().newVolumes(24));
        callers.prepare(CALLERS);
        for (var number = 0; number < CALLERS; number++) {
            var caller = number;
            Thread.ofVirtual().start(() -> {
                try {
                    var random = new Random(seed + caller);
                    while (!over.get()) {
                        attempts.add(callers.attempt(asked.incrementAndGet(), caller, random));
                    }
                } finally {
                    left.countDown();
                }
            });
        }
    }

    /** So many more answers have come by then; for an undisturbed gateway a matter of a second. */
    void awaitAnswers(int more) {
        var due = attempts.size() + more;
        org.awaitility.Awaitility.await("answers").atMost(Duration.ofMinutes(1)).until(() -> attempts.size() >= due);
    }

    /** The callers stop; everything ends, nothing is wrong, and whoever was refused was told so clearly. */
    void calm() throws Exception {
        over.set(true);
        assertThat(left.await(2, TimeUnit.MINUTES)).as("callers are answered").isTrue();
        try (var database = database()) {
            Ends.await(database, ENDED_WITHIN);
            assertThat(Checker.check(Written.with(attempts, database, cloud()))).isEmpty();
        }
        // Their problem bodies and Retry-After are held against the API's document with every answer.
        assertThat(attempts).extracting(Attempt::status).isSubsetOf(200, 202, 404, 409, 503);
        System.out.println("database: " + attempts.size() + " answers, "
                + attempts.stream().filter(attempt -> attempt.status() == 503).count() + " of them 503");
    }

    long refusals() {
        return attempts.stream().filter(attempt -> attempt.status() == 503).count();
    }

    @Override
    public void close() {
        over.set(true);
        line.pass();
        gateway.close();
        sandbox.close();
        line.close();
        postgres.close();
    }
}
