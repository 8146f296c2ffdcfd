package dev.attachgateway.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.Replicas;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proves that the locks of a replica frozen in the middle of a transaction are released and the other replica
 * continues.
 */
class FrozenTransactionIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Map<String, String> SETTINGS = Map.of(
            "OPERATION_LEASE", "3S", "OPERATION_POLL_MIN_INTERVAL", "100MS", "OPERATION_POLL_MAX_INTERVAL", "500MS");

    @TempDir
    Path folder;

    @Test
    void locks_of_a_frozen_replica_are_released_and_the_other_continues() throws Exception {
        try (var replicas = Replicas.start(folder, SETTINGS);
                var database = replicas.database();
                var blocker = replicas.database()) {
            var cloud = replicas.cloud();
            cloud.behaviour(Map.of("attach_ms", 3_000));
            var response = replicas.doors()
                    .getFirst()
                    .attach("team-1", GatewayClient.P1, cloud.newServer(), cloud.newVolume());
            assertThat(response.status()).isEqualTo(200);
            var operation = UUID.fromString(response.operationId());
            awaitStatus(database, operation, "running");
            // The next change is executed and waits for the position of its event.
            blocker.setAutoCommit(false);
            execute(blocker, "select from event_position where project_id = '" + GatewayClient.P1 + "' for update");
            Awaitility.await("a change that waits for its position")
                    .atMost(LIMIT)
                    .until(() -> count(database, "select count(*) from pg_locks where not granted") > 0);
            replicas.gateways().getFirst().process().freeze();
            blocker.rollback();
            awaitStatus(database, operation, "success");
            assertThat(count(database, "select count(*) from operation where lease_token > 1"))
                    .isEqualTo(1);
        }
    }

    private static void awaitStatus(Connection database, UUID operation, String status) {
        Awaitility.await("status " + status)
                .atMost(LIMIT)
                .until(() -> count(
                                database,
                                "select count(*) from operation where operation_id = '" + operation + "' and status = '"
                                        + status + "'")
                        == 1);
    }

    private static int count(Connection database, String query) throws SQLException {
        try (var statement = database.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void execute(Connection database, String statement) throws SQLException {
        try (var executed = database.createStatement()) {
            executed.execute(statement);
        }
    }
}
