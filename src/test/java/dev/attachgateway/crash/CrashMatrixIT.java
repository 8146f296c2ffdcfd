package dev.attachgateway.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.crash.Point.Edge;
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
 * Two replicas, one of which dies or freezes with an operation at each boundary: before and after every commit, and before
 * and after the cloud acts on every call. The other one carries all of them on.
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
            // A call must hang until its replica is dead.
            Map.entry("UPSTREAM_ANSWER_TIMEOUT", "15S"),
            Map.entry("UPSTREAM_CONNECT_TIMEOUT", "1S"),
            Map.entry("UPSTREAM_SIGNATURE_MAX_AGE", "10S"),
            // Hanging calls are ill health, and this is not about that.
            Map.entry("UPSTREAM_BREAKER_WINDOW", "1000000"),
            Map.entry("QUARKUS_DATASOURCE_REACTIVE_MAX_SIZE", "50"),
            Map.entry(
                    "ACCESS_GRANTS_FILE",
                    Path.of("src/test/resources/matrix/grants.yaml")
                            .toAbsolutePath()
                            .toString()));

    @TempDir
    Path folder;

    private final List<Life> lives = new ArrayList<>();

    @Test
    void whatever_a_replica_was_doing_when_it_was_killed_the_other_one_finishes_once() throws Exception {
        try (var replicas = start()) {
            bring(replicas, () -> replicas.gateways().getFirst().kill());
        }
    }

    @Test
    void whatever_a_replica_was_doing_when_it_froze_it_sends_nothing_when_it_wakes() throws Exception {
        try (var replicas = start();
                var database = replicas.database()) {
            var frozen = replicas.gateways().getFirst();
            bring(replicas, frozen.process()::freeze);
            var before = replicas.cloud().writes().size();
            frozen.process().thaw();
            Awaitility.await().atMost(LIMIT).until(frozen::isReady);
            // What it does from here on comes after all that it was about to do: it is of use again, and sent nothing
            // else.
            var scene = new Life(Point.all().get(1), replicas.cloud());
            scene.begin(replicas.doors().getFirst());
            Awaitility.await().atMost(LIMIT).until(() -> scene.status(database).equals("success"));
            assertThat(replicas.cloud().writes()).hasSize(before + 1);
            assertThat(replicas.cloud().ledger()).hasSizeLessThanOrEqualTo(before + 1);
        }
    }

    private Replicas start() throws Exception {
        var settings = new HashMap<>(SETTINGS);
        settings.put(
                "UPSTREAM_CREDENTIALS",
                "credentials: [{projects: ["
                        + Point.all().stream().map(Point::project).collect(Collectors.joining(","))
                        + "], access_key: SANDBOXACCESSKEY7, secret_key: sandbox-secret-key}]");
        return Replicas.start(folder, settings);
    }

    /** Brings an operation to each point, lets disaster strike, and holds what the other replica makes of it to the promise. */
    private void bring(Replicas replicas, Runnable disaster) throws Exception {
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
        Point.all().forEach(point -> lives.add(new Life(point, cloud)));
        cloud.faults(lives.stream().flatMap(Life::faults).toArray(Fault[]::new));
        try (var holds = new Holds(replicas.database());
                var database = replicas.database()) {
            reach(replicas, holds);
            for (var life : lives) {
                life.follow(replicas.doors().getLast(), database);
            }
            disaster.run();
            cloud.faults();
            holds.release(Point.all().stream()
                    .filter(point -> point.edge() == Edge.ROLLED_BACK)
                    .toList());
            judge(cloud, database);
        }
    }

    private void reach(Replicas replicas, Holds holds) throws SQLException {
        var first = replicas.doors().getFirst();
        lives.forEach(life -> life.prepare(first));
        for (var life : commits()) {
            holds.hold(life.point(), life.disk());
        }
        commits().forEach(life -> life.begin(first));
        var numbers = commits().stream().map(life -> life.point().number()).collect(Collectors.toSet());
        Awaitility.await("commits that wait")
                .atMost(Timeouts.CONDITION)
                .untilAsserted(
                        () -> assertThat(holds.waiting()).as(holds.others()).isEqualTo(numbers));
        calls().forEach(life -> life.begin(first));
        Awaitility.await("calls that hang").atMost(Timeouts.CONDITION).untilAsserted(() -> {
            var requests = replicas.cloud().requests();
            var ledger = replicas.cloud().ledger();
            assertThat(calls()).allMatch(life -> life.isReached(requests, ledger), "is reached");
        });
    }

    private List<Life> commits() {
        return lives.stream().filter(life -> life.point().isCommit()).toList();
    }

    private List<Life> calls() {
        return lives.stream().filter(life -> !life.point().isCommit()).toList();
    }

    private void judge(SandboxCloud cloud, Connection database) throws SQLException {
        Awaitility.await("all lives end").atMost(LIMIT).untilAsserted(() -> {
            for (var life : lives) {
                assertThat(life.status(database))
                        .as("%s: %s", life.point(), life.standing(database))
                        .isIn("success", "failed", life.point().ends());
            }
        });
        var writes = cloud.writes();
        var ledger = cloud.ledger();
        var all = new SoftAssertions();
        for (var life : lives) {
            var point = life.point();
            all.assertThat(life.status(database)).as(point + " ends").isEqualTo(point.ends());
            all.assertThat(life.effects(ledger)).as(point + " effects").isEqualTo(point.effects());
            if (point.sends() >= 0) {
                all.assertThat(life.sends(writes)).as(point + " sends").isEqualTo(point.sends());
            }
            all.assertThatCode(() -> life.assertTold(database))
                    .as(point + " told")
                    .doesNotThrowAnyException();
        }
        all.assertAll();
    }
}
