package dev.attachgateway.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.history.Attempt;
import dev.attachgateway.history.Checker;
import dev.attachgateway.history.HistoryCollector;
import dev.attachgateway.race.Callers;
import dev.attachgateway.race.OperationEnds;
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

/** A gateway under load whose connection to its database can be disturbed. */
final class Site implements AutoCloseable {
    private static final int CALLERS = 12;
    private static final Duration END_TIMEOUT = Duration.ofMinutes(2);

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
    private final FaultyConnection connection;
    private final RunningGateway gateway;
    private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger attemptCount = new AtomicInteger();
    private final AtomicBoolean isStopped = new AtomicBoolean();
    private final CountDownLatch activeCallers = new CountDownLatch(CALLERS);
    private EmbeddedPostgres postgres;

    Site(Path folder, Map<String, String> environment) throws IOException {
        postgresFolder = Folders.withCluster(folder);
        postgres = EmbeddedPostgres.start(postgresFolder);
        sandbox = RunningSandbox.start(folder.resolve("sandbox"));
        connection = new FaultyConnection(postgres.connectionDetails());
        var settings = new HashMap<>(QUICK);
        settings.putAll(environment);
        settings.put("STORAGE_URL", connection.connection().url());
        settings.put("STORAGE_USERNAME", postgres.connectionDetails().username());
        settings.put("STORAGE_PASSWORD", postgres.connectionDetails().password());
        settings.put("SANDBOX_URL", sandbox.url());
        gateway = RunningGateway.start(folder.resolve("gateway"), settings);
        cloud().behaviour(Map.of(
                "attach_ms", 200, "detach_ms", 200, "evs_lag_ms", 50, "server_lag_ms", 50, "signature_ms", 5_000));
    }

    FaultyConnection connection() {
        return connection;
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

    /** A JDBC connection that bypasses the disturbed connection. */
    Connection database() throws SQLException {
        return PostgresForTests.open(postgres.connectionDetails());
    }

    /** Restarts PostgreSQL. */
    void restartPostgres() {
        postgres.close();
        postgres = EmbeddedPostgres.start(postgresFolder);
        connection.leadTo(postgres.connectionDetails());
    }

    /** Starts callers that attach and detach until {@link #stopAndCheck}. */
    void load(long seed) {
        var callers = new Callers(List.of(gateway()), cloud().newServers(12), cloud().newVolumes(24));
        callers.prepare(CALLERS);
        for (var number = 0; number < CALLERS; number++) {
            var caller = number;
            Thread.ofVirtual().start(() -> {
                try {
                    var random = new Random(seed + caller);
                    while (!isStopped.get()) {
                        attempts.add(callers.attempt(attemptCount.incrementAndGet(), caller, random));
                    }
                } finally {
                    activeCallers.countDown();
                }
            });
        }
    }

    /** Waits for {@code count} further responses, which an undisturbed gateway sends within a second. */
    void awaitResponses(int count) {
        var due = attempts.size() + count;
        org.awaitility.Awaitility.await("responses")
                .atMost(Duration.ofMinutes(1))
                .until(() -> attempts.size() >= due);
    }

    /** Stops the callers and fails unless all operations end, the history is consistent and rejections are documented. */
    void stopAndCheck() throws Exception {
        isStopped.set(true);
        assertThat(activeCallers.await(2, TimeUnit.MINUTES))
                .as("all callers got a response")
                .isTrue();
        try (var database = database()) {
            OperationEnds.await(database, END_TIMEOUT);
            assertThat(Checker.check(HistoryCollector.collect(attempts, database, cloud())))
                    .isEmpty();
        }
        // GatewayClient checks problem bodies and Retry-After of every response against the OpenAPI document.
        assertThat(attempts).extracting(Attempt::status).isSubsetOf(200, 202, 404, 409, 503);
        System.out.println("database: " + attempts.size() + " responses, "
                + attempts.stream().filter(attempt -> attempt.status() == 503).count() + " of them 503");
    }

    long refusals() {
        return attempts.stream().filter(attempt -> attempt.status() == 503).count();
    }

    @Override
    public void close() {
        isStopped.set(true);
        connection.pass();
        gateway.close();
        sandbox.close();
        connection.close();
        postgres.close();
    }
}
