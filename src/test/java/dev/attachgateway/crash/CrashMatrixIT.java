package dev.attachgateway.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.crash.CrashPoint.Edge;
import dev.attachgateway.testkit.Replicas;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proves that a replica completes the operations of another one that is killed or frozen, with an operation at each
 * boundary: before and after every commit, and before and after the cloud executes every call.
 */
class CrashMatrixIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("OPERATION_LEASE", "40S"),
            Map.entry("OPERATION_SEND_TIMEOUT", "1S"),
            Map.entry("OPERATION_POLL_MIN_INTERVAL", "100MS"),
            Map.entry("OPERATION_POLL_MAX_INTERVAL", "500MS"),
            Map.entry("OPERATION_SETTLE_INTERVAL", "500MS"),
            Map.entry("OPERATION_SETTLE_QUIET_PERIOD", "1S"),
            // A call must hang until its replica is killed.
            Map.entry("UPSTREAM_ANSWER_TIMEOUT", "15S"),
            Map.entry("UPSTREAM_CONNECT_TIMEOUT", "1S"),
            Map.entry("UPSTREAM_SIGNATURE_MAX_AGE", "10S"),
            // Hanging calls would open the circuit breaker, which is not tested here.
            Map.entry("UPSTREAM_BREAKER_WINDOW", "1000000"),
            Map.entry("QUARKUS_DATASOURCE_REACTIVE_MAX_SIZE", "50"),
            Map.entry(
                    "ACCESS_GRANTS_FILE",
                    Path.of("src/test/resources/matrix/grants.yaml")
                            .toAbsolutePath()
                            .toString()));

    @TempDir
    Path folder;

    private final List<CrashScenario> scenarios = new ArrayList<>();

    @Test
    void operations_of_a_killed_replica_are_completed_once_by_the_other() throws Exception {
        try (var replicas = start()) {
            runAllPoints(replicas, () -> replicas.gateways().getFirst().kill());
        }
    }

    @Test
    void a_frozen_replica_sends_nothing_more_when_it_resumes() throws Exception {
        try (var replicas = start();
                var database = replicas.database()) {
            var frozen = replicas.gateways().getFirst();
            runAllPoints(replicas, frozen.process()::freeze);
            var before = replicas.cloud().writes().size();
            frozen.process().thaw();
            Awaitility.await().atMost(LIMIT).until(frozen::isReady);
            // A new operation completes only after all pending work of the resumed replica, which then has sent nothing
            // else.
            var newOperation = new CrashScenario(CrashPoint.all().get(1), replicas.cloud());
            newOperation.begin(replicas.doors().getFirst());
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> newOperation.status(database).equals("success"));
            assertThat(replicas.cloud().writes()).hasSize(before + 1);
            assertThat(replicas.cloud().ledger()).hasSizeLessThanOrEqualTo(before + 1);
        }
    }

    private Replicas start() throws Exception {
        var settings = new HashMap<>(SETTINGS);
        settings.put(
                "UPSTREAM_CREDENTIALS",
                "credentials: [{projects: ["
                        + CrashPoint.all().stream().map(CrashPoint::project).collect(Collectors.joining(","))
                        + "], access_key: SANDBOXACCESSKEY7, secret_key: sandbox-secret-key}]");
        return Replicas.start(folder, settings);
    }

    /** Brings an operation to each point, causes the failure, and checks the results of the other replica. */
    private void runAllPoints(Replicas replicas, Runnable failure) throws Exception {
        var cloud = replicas.cloud();
        cloud.behaviour(Map.of(
                "attach_ms",
                2_000,
                "detach_ms",
                2_000,
                "evs_lag_ms",
                200,
                "server_lag_ms",
                200,
                "signature_ms",
                10_000));
        CrashPoint.all().forEach(point -> scenarios.add(new CrashScenario(point, cloud)));
        cloud.faults(scenarios.stream().flatMap(CrashScenario::faults).toArray(Fault[]::new));
        try (var blocker = new CommitBlocker(replicas.database());
                var database = replicas.database()) {
            reachAllPoints(replicas, blocker);
            for (var scenario : scenarios) {
                scenario.follow(replicas.doors().getLast(), database);
            }
            failure.run();
            cloud.faults();
            blocker.release(CrashPoint.all().stream()
                    .filter(point -> point.edge() == Edge.ROLLED_BACK)
                    .toList());
            checkResults(cloud, database);
        }
    }

    private void reachAllPoints(Replicas replicas, CommitBlocker blocker) throws SQLException {
        var first = replicas.doors().getFirst();
        scenarios.forEach(scenario -> scenario.prepare(first));
        for (var scenario : commits()) {
            blocker.block(scenario.point(), scenario.disk());
        }
        commits().forEach(scenario -> scenario.begin(first));
        var numbers =
                commits().stream().map(scenario -> scenario.point().number()).collect(Collectors.toSet());
        Awaitility.await("blocked commits")
                .atMost(Timeouts.CONDITION)
                .untilAsserted(() -> assertThat(blocker.blocked())
                        .as(blocker.describeUnblocked())
                        .isEqualTo(numbers));
        calls().forEach(scenario -> scenario.begin(first));
        Awaitility.await("hanging calls").atMost(Timeouts.CONDITION).untilAsserted(() -> {
            var requests = replicas.cloud().requests();
            var ledger = replicas.cloud().ledger();
            assertThat(calls()).allMatch(scenario -> scenario.isReached(requests, ledger), "is reached");
        });
    }

    private List<CrashScenario> commits() {
        return scenarios.stream()
                .filter(scenario -> scenario.point().isCommit())
                .toList();
    }

    private List<CrashScenario> calls() {
        return scenarios.stream()
                .filter(scenario -> !scenario.point().isCommit())
                .toList();
    }

    private void checkResults(SandboxCloud cloud, Connection database) throws SQLException {
        Awaitility.await("end of all operations").atMost(LIMIT).untilAsserted(() -> {
            for (var scenario : scenarios) {
                assertThat(scenario.status(database))
                        .as("%s: %s", scenario.point(), scenario.describe(database))
                        .isIn("success", "failed", scenario.point().finalStatus());
            }
        });
        var writes = cloud.writes();
        var ledger = cloud.ledger();
        var softly = new SoftAssertions();
        for (var scenario : scenarios) {
            var point = scenario.point();
            softly.assertThat(scenario.status(database))
                    .as(point + " final status")
                    .isEqualTo(point.finalStatus());
            softly.assertThat(scenario.effects(ledger)).as(point + " effects").isEqualTo(point.effects());
            if (point.sends() >= 0) {
                softly.assertThat(scenario.sends(writes)).as(point + " sends").isEqualTo(point.sends());
            }
            softly.assertThatCode(() -> scenario.assertReceivedAllEvents(database))
                    .as(point + " events")
                    .doesNotThrowAnyException();
        }
        softly.assertAll();
    }
}
