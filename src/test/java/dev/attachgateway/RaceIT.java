package dev.attachgateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.Replicas;
import dev.attachgateway.testkit.RunningGateway;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Concurrent callers, on one gateway and on two, attach each disk exactly once. */
class RaceIT {
    private static final int CALLERS = 50;
    private static final Map<String, ?> SHORT_DELAYS =
            Map.of("attach_ms", 1_000, "evs_lag_ms", 100, "server_lag_ms", 100);

    @TempDir
    Path folder;

    @Test
    void of_fifty_concurrent_attaches_of_one_disk_to_different_servers_one_succeeds() {
        try (var gateway = RunningGateway.start(folder, Map.of())) {
            race(List.of(new GatewayClient(gateway.url())), new SandboxCloud(gateway.url()));
        }
    }

    @Test
    void two_gateways_on_one_database_attach_each_disk_exactly_once() throws Exception {
        try (var replicas = Replicas.start(folder, Map.of())) {
            race(replicas.doors(), replicas.cloud());
            attachTwoHundredDisks(replicas);
        }
    }

    private static void race(List<GatewayClient> gateways, SandboxCloud cloud) {
        cloud.behaviour(SHORT_DELAYS);
        var servers = cloud.newServers(CALLERS);
        var disk = cloud.newVolume();
        var responses = attachConcurrently(
                gateways,
                CALLERS,
                servers,
                IntStream.range(0, CALLERS).mapToObj(i -> disk).toList());

        var winners =
                responses.stream().filter(response -> response.status() < 300).toList();
        assertThat(winners).hasSize(1);
        assertThat(responses)
                .filteredOn(response -> response.status() >= 300)
                .hasSize(CALLERS - 1)
                .allSatisfy(response -> {
                    assertThat(response.status()).isEqualTo(409);
                    assertThat(response.code()).isEqualTo("Gateway.DiskReserved");
                    assertThat(response.text("held_by_operation_id"))
                            .isEqualTo(winners.getFirst().operationId());
                });
        var winner = responses.indexOf(winners.getFirst());
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> gateways.getFirst()
                        .operation(
                                "viewer",
                                GatewayClient.P1,
                                servers.get(winner),
                                winners.getFirst().operationId())
                        .text("operation_status")
                        .equals("success"));
        assertThat(cloud.effects(disk))
                .singleElement()
                .satisfies(
                        effect -> assertThat(effect.path("server_id").asText()).isEqualTo(servers.get(winner)));
        assertThat(cloud.requests("attach", disk)).hasSize(1);
    }

    private static void attachTwoHundredDisks(Replicas replicas) throws Exception {
        var cloud = replicas.cloud();
        var servers = cloud.newServers(20);
        var disks = cloud.newVolumes(200);
        var before = cloud.ledger().size();
        var responses = attachConcurrently(replicas.doors(), 20, servers, disks);

        assertThat(responses)
                .allSatisfy(response -> assertThat(response.status()).isIn(200, 202));
        assertThat(responses).extracting(HttpAnswer::operationId).doesNotHaveDuplicates();
        try (var database = replicas.database();
                var query =
                        database.prepareStatement("select volume_id::text from operation where status = 'success'")) {
            Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                var attached = new ArrayList<String>();
                try (var rows = query.executeQuery()) {
                    while (rows.next()) {
                        attached.add(rows.getString(1));
                    }
                }
                assertThat(attached).containsAll(disks);
            });
        }
        assertThat(cloud.ledger().stream().skip(before))
                .extracting(effect -> effect.path("volume_id").asText())
                .containsExactlyInAnyOrderElementsOf(disks);
    }

    /** One attach for each disk, distributed over the callers, servers and gateways. */
    private static List<HttpAnswer> attachConcurrently(
            List<GatewayClient> gateways, int callers, List<String> servers, List<String> disks) {
        // Tokens and discovery documents are fetched first, so that the requests start as close together as possible.
        for (var gateway : gateways) {
            gateway.get("/v1/" + GatewayClient.P1 + "/nothing", gateway.withToken("team-1"));
            IntStream.rangeClosed(1, callers).forEach(team -> gateway.token("team-" + team));
        }
        var sent = IntStream.range(0, disks.size())
                .mapToObj(i -> gateways.get(i % gateways.size())
                        .attachLater(
                                "team-" + (i % callers + 1),
                                GatewayClient.P1,
                                servers.get(i % servers.size()),
                                disks.get(i)))
                .toList();
        return sent.stream().map(CompletableFuture::join).toList();
    }
}
