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

/** Two gateways on one database, of which one is killed. */
class ReplicasIT {
    private static final int EACH = 10;

    @TempDir
    Path folder;

    @Test
    void the_operations_of_a_killed_gateway_are_finished_by_the_other_and_their_streams_go_on_there() throws Exception {
        try (var replicas = Replicas.start(folder, CrashIT.QUICK)) {
            var cloud = replicas.cloud();
            var survivor = replicas.doors().getLast();
            cloud.behaviour(Map.of("stuck", true));
            var disks = cloud.newVolumes(2 * EACH);
            var servers = cloud.newServers(2 * EACH);
            List<Follower> followers = new ArrayList<>();
            List<String> operations = new ArrayList<>();
            for (int i = 0; i < disks.size(); i++) {
                var door = replicas.doors().get(i % 2);
                var answer = door.attach("team-1", GatewayClient.P1, servers.get(i), disks.get(i));
                assertThat(answer.status()).isEqualTo(200);
                operations.add(answer.operationId());
                followers.add(Follower.of(door, "team-1", GatewayClient.P1, servers.get(i), answer.operationId()));
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
