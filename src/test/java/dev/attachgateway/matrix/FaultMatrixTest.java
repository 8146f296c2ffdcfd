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
 * Every fault of the cloud at every call of a life. A sample of the cells here, drawn by the seed that is printed; all of
 * them with {@code bench/faults}.
 */
@QuarkusTest
@TestProfile(MatrixProfile.class)
@WithTestResource(PostgresForTests.class)
class FaultMatrixTest {
    private static final int CELLS = Integer.getInteger("matrix.cells", 320);
    private static final int AT_ONCE = Integer.getInteger("matrix.at-once", 64);
    private static final long SEED = Seed.of("matrix.seed");

    /** The practice cloud keeps a thousand faults, and a cell has two at most. */
    private static final int CHUNK = 480;

    private static final Duration HEALED_WITHIN = Duration.ofMinutes(2);

    @Test
    void whatever_befalls_a_call_nothing_happens_twice_and_nothing_is_forgotten() throws Exception {
        var cells = Cells.sample(CELLS, SEED).stream()
                .filter(cell -> cell.toString().matches(System.getProperty("matrix.only", ".*")))
                .toList();
        System.out.println(
                "fault matrix: " + cells.size() + " of " + Cells.all().size() + " cells, -Dmatrix.seed=" + SEED);
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
        try (var watch = new Watch(database())) {
            awaitWarm(cells.getFirst());
            var world = new World(GatewayClient.underTest(), cloud, watch, metrics());
            var wrong = new ConcurrentSkipListMap<Integer, String>();
            var runs = new ArrayList<CellRun>();
            for (var from = 0; from < cells.size(); from += CHUNK) {
                runs.addAll(run(cells.subList(from, Math.min(cells.size(), from + CHUNK)), world, wrong));
            }
            cloud.faults();
            wrong.putAll(forgotten(runs, watch));
            cloud.reset();
            report(cells.size(), wrong);
            assertThat(wrong.values()).isEmpty();
        }
    }

    /** The first request of all fetches the issuer's keys, which takes longer than a caller is asked to wait. */
    private static void awaitWarm(Cell any) {
        var nothing = "00000000-0000-4000-8000-000000000000";
        Awaitility.await()
                .atMost(HEALED_WITHIN)
                .until(() -> GatewayClient.underTest()
                                .operation("team-1", any.project(), nothing, nothing)
                                .status()
                        == 404);
    }

    private static List<CellRun> run(List<Cell> cells, World world, Map<Integer, String> wrong) {
        var runs = cells.stream().map(cell -> new CellRun(cell, world)).toList();
        world.cloud().faults(runs.stream().flatMap(CellRun::faults).toArray(Fault[]::new));
        var room = new Semaphore(AT_ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var run : runs) {
                threads.execute(() -> {
                    room.acquireUninterruptibly();
                    try {
                        var complaints = run.complaints();
                        if (!complaints.isEmpty()) {
                            wrong.put(run.cell().number(), run.cell() + ": " + String.join("; ", complaints));
                        }
                    } finally {
                        room.release();
                    }
                });
            }
        }
        return runs;
    }

    /** With the cloud well again everything ends, but for a write with a token of which nothing was ever seen. */
    private static Map<Integer, String> forgotten(List<CellRun> runs, Watch watch) {
        var mayStay = Set.of(Expected.End.UNSETTLED);
        var owed = runs.stream()
                .filter(run -> !run.operation().isEmpty())
                .filter(run -> run.cell().spot() != Cell.Spot.WRITE
                        || !Oracle.of(run.cell()).ends().equals(mayStay))
                .toList();
        var left = new ArrayList<CellRun>(owed);
        try {
            Awaitility.await().atMost(HEALED_WITHIN).until(() -> {
                left.removeIf(run ->
                        watch.now(run.operation()).map(Watch.Standing::isEnded).orElse(false));
                return left.isEmpty();
            });
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            return left.stream()
                    .collect(Collectors.toMap(
                            run -> -1 - run.cell().number(),
                            run -> run.cell() + ": not ended in a cloud that is well: " + watch.now(run.operation())));
        }
        return Map.of();
    }

    private static void report(int cells, Map<Integer, String> wrong) throws java.io.IOException {
        var file = Path.of("target", "fault-matrix.txt");
        Files.write(file, wrong.values());
        System.out.println("fault matrix: " + cells + " cells, " + wrong.size() + " wrong, see " + file);
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
