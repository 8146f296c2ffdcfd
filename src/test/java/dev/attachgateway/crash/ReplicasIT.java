package dev.attachgateway.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Follower;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.ReceivedEvent;
import dev.attachgateway.testkit.Replicas;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves that a replica completes the operations of a killed one and continues their streams. */
class ReplicasIT {
    private static final int OPERATIONS_PER_REPLICA = 10;

    @TempDir
    Path folder;

    @Test
    void operations_and_streams_of_a_killed_gateway_continue_at_the_other() throws Exception {
        try (var replicas = Replicas.start(folder, CrashIT.QUICK)) {
            var cloud = replicas.cloud();
            var survivor = replicas.doors().getLast();
            cloud.behaviour(Map.of("stuck", true));
            var disks = cloud.newVolumes(2 * OPERATIONS_PER_REPLICA);
            var servers = cloud.newServers(2 * OPERATIONS_PER_REPLICA);
            List<Follower> followers = new ArrayList<>();
            List<String> operations = new ArrayList<>();
            for (int i = 0; i < disks.size(); i++) {
                var gateway = replicas.doors().get(i % 2);
                var response = gateway.attach("team-1", GatewayClient.P1, servers.get(i), disks.get(i));
                assertThat(response.status()).isEqualTo(200);
                operations.add(response.operationId());
                followers.add(Follower.of(gateway, "team-1", GatewayClient.P1, servers.get(i), response.operationId()));
                followers.getLast().await("following");
            }

            replicas.gateways().getFirst().kill();
            cloud.behaviour(Map.of("stuck", false, "attach_ms", 0));
            for (int i = 0; i < disks.size(); i++) {
                if (i % 2 == 0) {
                    followers.get(i).comeBack(survivor);
                }
                followers.get(i).await("succeeded");
            }
            try (var database = replicas.database()) {
                for (int i = 0; i < disks.size(); i++) {
                    followers.get(i).assertToldAll(ReceivedEvent.written(database, operations.get(i)));
                }
            }
            assertThat(cloud.ledger())
                    .extracting(effect -> effect.path("volume_id").asText())
                    .containsExactlyInAnyOrderElementsOf(disks);
            followers.forEach(Follower::close);
        }
    }
}
