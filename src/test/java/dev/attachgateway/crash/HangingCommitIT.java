package dev.attachgateway.crash;

import dev.attachgateway.crash.CrashPoint.Edge;
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

/** Proves that one hanging commit delays no other operation of its replica. */
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

    private static CrashPoint point() {
        return new CrashPoint(1, "attach", "sending/pending", Edge.COMMITTED, List.of(), "success", 1, 1);
    }

    @Test
    void a_hanging_commit_delays_no_other_operation_of_its_replica() throws Exception {
        try (var replicas = Replicas.start(folder, 1, SETTINGS);
                var blocker = new CommitBlocker(replicas.database());
                var database = replicas.database()) {
            var cloud = replicas.cloud();
            // Long enough for several renewals of the lease.
            cloud.behaviour(Map.of("attach_ms", 5_000));
            var gateway = replicas.doors().getFirst();
            var hanging = new CrashScenario(point(), cloud);
            blocker.block(hanging.point(), hanging.disk());
            hanging.begin(gateway);
            Awaitility.await().atMost(LIMIT).until(() -> blocker.blocked().contains(1));
            var others = Stream.generate(cloud::newServer)
                    .limit(10)
                    .map(server -> gateway.attach(
                            "team-1", GatewayClient.P1, server, cloud.newVolume(), "Prefer", "respond-async"))
                    .map(response -> response.operationId())
                    .toList();
            // A lease that was never lost still has its first fencing token.
            try (var query = database.prepareStatement(
                    "select count(*) from operation where status = 'success' and lease_token = 1")) {
                Awaitility.await("the end of the other operations")
                        .atMost(LIMIT)
                        .until(() -> {
                            try (var rows = query.executeQuery()) {
                                rows.next();
                                return rows.getInt(1) == others.size();
                            }
                        });
            }
            blocker.release(List.of());
        }
    }
}
