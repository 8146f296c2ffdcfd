package dev.attachgateway.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.storage.ConnectionDetails;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Seed;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/**
 * Proves that with any fault at any call of an operation no effect happens twice and no operation is lost. Runs a
 * sample of the cells, drawn with the printed seed; {@code bench/faults} runs all.
 */
@QuarkusTest
@TestProfile(MatrixProfile.class)
@WithTestResource(PostgresForTests.class)
class FaultMatrixTest {
    private static final int CELLS = Integer.getInteger("matrix.cells", 320);
    private static final int CONCURRENCY = Integer.getInteger("matrix.at-once", 64);
    private static final long SEED = Seed.of("matrix.seed");

    /** The sandbox keeps at most 1,000 faults, and a cell has at most two. */
    private static final int CHUNK = 480;

    private static final Duration RECOVERY_TIMEOUT = Duration.ofMinutes(2);

    @Test
    void with_a_fault_at_any_call_no_effect_is_doubled_and_no_operation_is_lost() throws Exception {
        var cells = MatrixCells.sample(CELLS, SEED).stream()
                .filter(cell -> cell.toString().matches(System.getProperty("matrix.only", ".*")))
                .toList();
        System.out.println(
                "fault matrix: " + cells.size() + " of " + MatrixCells.all().size() + " cells, -Dmatrix.seed=" + SEED);
        var cloud = SandboxCloud.underTest();
        cloud.reset();
        cloud.behaviour(Map.of(
                "attach_ms",
                300,
                "detach_ms",
                300,
                "evs_lag_ms",
                100,
                "server_lag_ms",
                100,
                "signature_ms",
                MatrixProfile.SIGNATURE.toMillis()));
        try (var operationReader = new OperationReader(database())) {
            awaitIssuerKeys(cells.getFirst());
            var environment = new MatrixEnvironment(GatewayClient.underTest(), cloud, operationReader, metrics());
            var violationsByCell = new ConcurrentSkipListMap<Integer, String>();
            var runs = new ArrayList<MatrixCellRun>();
            for (var from = 0; from < cells.size(); from += CHUNK) {
                runs.addAll(
                        run(cells.subList(from, Math.min(cells.size(), from + CHUNK)), environment, violationsByCell));
            }
            cloud.faults();
            violationsByCell.putAll(unfinishedAfterRecovery(runs, operationReader));
            cloud.reset();
            report(cells.size(), violationsByCell);
            assertThat(violationsByCell.values()).isEmpty();
        }
    }

    /** The first request fetches the issuer's keys, which takes longer than the wait of a request. */
    private static void awaitIssuerKeys(MatrixCell cell) {
        var unknownId = "00000000-0000-4000-8000-000000000000";
        Awaitility.await()
                .atMost(RECOVERY_TIMEOUT)
                .until(() -> GatewayClient.underTest()
                                .operation("team-1", cell.project(), unknownId, unknownId)
                                .status()
                        == 404);
    }

    private static List<MatrixCellRun> run(
            List<MatrixCell> cells, MatrixEnvironment environment, Map<Integer, String> violationsByCell) {
        var runs =
                cells.stream().map(cell -> new MatrixCellRun(cell, environment)).toList();
        environment.cloud().faults(runs.stream().flatMap(MatrixCellRun::faults).toArray(Fault[]::new));
        var permits = new Semaphore(CONCURRENCY);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var run : runs) {
                threads.execute(() -> {
                    permits.acquireUninterruptibly();
                    try {
                        var violations = run.findViolations();
                        if (!violations.isEmpty()) {
                            violationsByCell.put(
                                    run.cell().number(), run.cell() + ": " + String.join("; ", violations));
                        }
                    } finally {
                        permits.release();
                    }
                });
            }
        }
        return runs;
    }

    /** After the cloud has recovered every operation ends, except a write with a token whose effect is unknown. */
    private static Map<Integer, String> unfinishedAfterRecovery(
            List<MatrixCellRun> runs, OperationReader operationReader) {
        var unsettledOnly = Set.of(ExpectedOutcome.Outcome.UNSETTLED);
        var mustEnd = runs.stream()
                .filter(run -> !run.operation().isEmpty())
                .filter(run -> run.cell().targetCall() != MatrixCell.TargetCall.WRITE
                        || !Oracle.of(run.cell()).outcomes().equals(unsettledOnly))
                .toList();
        var unfinished = new ArrayList<MatrixCellRun>(mustEnd);
        try {
            Awaitility.await().atMost(RECOVERY_TIMEOUT).until(() -> {
                unfinished.removeIf(run -> operationReader
                        .now(run.operation())
                        .map(OperationReader.State::isEnded)
                        .orElse(false));
                return unfinished.isEmpty();
            });
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            return unfinished.stream()
                    .collect(Collectors.toMap(
                            run -> -1 - run.cell().number(),
                            run -> run.cell() + ": not ended after the cloud recovered: "
                                    + operationReader.now(run.operation())));
        }
        return Map.of();
    }

    private static void report(int cells, Map<Integer, String> violationsByCell) throws java.io.IOException {
        var file = Path.of("target", "fault-matrix.txt");
        Files.write(file, violationsByCell.values());
        System.out.println("fault matrix: " + cells + " cells, " + violationsByCell.size() + " wrong, see " + file);
    }

    private static Connection database() throws SQLException {
        var config = ConfigProvider.getConfig();
        var url = URI.create(config.getValue("storage.url", String.class));
        return PostgresForTests.open(new ConnectionDetails(
                url.getHost(),
                url.getPort(),
                url.getPath().substring(1),
                config.getValue("storage.username", String.class),
                config.getValue("storage.password", String.class)));
    }

    private static URI metrics() {
        var port = ConfigProvider.getConfig().getValue("quarkus.management.test-port", Integer.class);
        return URI.create("http://localhost:" + port + "/q/metrics");
    }
}
