package dev.attachgateway.crash;

import dev.attachgateway.crash.Point.Edge;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.Replicas;
import dev.attachgateway.testkit.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One commit that does not end, and everybody else. */
class HangingCommitIT {
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final Map<String, String> SETTINGS = Map.of(
            "OPERATION_LEASE",
            "3S",
            "OPERATION_SEND_TIMEOUT",
            "1S",
            "UPSTREAM_CREDENTIALS",
            "credentials: [{projects: [" + GatewayClient.P1 + "," + project()
                    + "], access_key: SANDBOXACCESSKEY1, secret_key: sandbox-secret-key}]",
            "ACCESS_GRANTS_FILE",
            Path.of("src/test/resources/matrix/grants.yaml").toAbsolutePath().toString());

    @TempDir
    Path folder;

    private static String project() {
        return point().project();
    }

    private static Point point() {
        return new Point(1, "attach", "sending/pending", Edge.UNHEARD, List.of(), "success", 1, 1);
    }

    @Test
    void a_commit_that_hangs_holds_up_no_other_operation_of_its_replica() throws Exception {
        try (var replicas = Replicas.start(folder, 1, SETTINGS);
                var holds = new Holds(replicas.database());
                var database = replicas.database()) {
            var cloud = replicas.cloud();
            // Long enough for several renewals of the lease.
            cloud.behaviour(Map.of("attach_ms", 5_000));
            var door = replicas.doors().getFirst();
            var hanging = new Life(point(), cloud);
            holds.hold(hanging.point(), hanging.disk());
            hanging.begin(door);
            Awaitility.await().atMost(LIMIT).until(() -> holds.waiting().contains(1));
            var others = Stream.generate(cloud::newServer)
                    .limit(10)
                    .map(server -> door.attach(
                            "team-1", GatewayClient.P1, server, cloud.newVolume(), "Prefer", "respond-async"))
                    .map(answer -> answer.operationId())
                    .toList();
            // The token of a lease that was never lost is its first.
            try (var query = database.prepareStatement(
                    "select count(*) from operation where status = 'success' and lease_token = 1")) {
                Awaitility.await("the end of the others").atMost(LIMIT).until(() -> {
                    try (var rows = query.executeQuery()) {
                        rows.next();
                        return rows.getInt(1) == others.size();
                    }
                });
            }
            holds.release(List.of());
        }
    }
}
