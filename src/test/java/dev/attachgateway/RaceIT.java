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

/** Many callers at once, on one gateway and on two. */
class RaceIT {
    private static final int CALLERS = 50;
    private static final Map<String, ?> QUICK = Map.of("attach_ms", 1_000, "evs_lag_ms", 100, "server_lag_ms", 100);

    @TempDir
    Path folder;

    @Test
    void fifty_callers_want_one_disk_for_different_servers_and_one_gets_it() {
        try (var gateway = RunningGateway.start(folder, Map.of())) {
            race(List.of(new GatewayClient(gateway.url())), new SandboxCloud(gateway.url()));
        }
    }

    @Test
    void two_gateways_on_one_database_give_the_disk_once_and_carry_out_each_of_two_hundred_attaches_once()
            throws Exception {
        try (var replicas = Replicas.start(folder, Map.of())) {
            race(replicas.doors(), replicas.cloud());
            twoHundred(replicas);
        }
    }

    private static void race(List<GatewayClient> doors, SandboxCloud cloud) {
        cloud.behaviour(QUICK);
        var servers = cloud.newServers(CALLERS);
        var disk = cloud.newVolume();
        var answers = allAtOnce(
                doors,
                CALLERS,
                servers,
                IntStream.range(0, CALLERS).mapToObj(i -> disk).toList());

        var winners = answers.stream().filter(answer -> answer.status() < 300).toList();
        assertThat(winners).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.status() >= 300)
                .hasSize(CALLERS - 1)
                .allSatisfy(answer -> {
                    assertThat(answer.status()).isEqualTo(409);
                    assertThat(answer.code()).isEqualTo("Gateway.DiskReserved");
                    assertThat(answer.text("held_by_operation_id"))
                            .isEqualTo(winners.getFirst().operationId());
                });
        var winner = answers.indexOf(winners.getFirst());
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> doors.getFirst()
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

    private static void twoHundred(Replicas replicas) throws Exception {
        var cloud = replicas.cloud();
        var servers = cloud.newServers(20);
        var disks = cloud.newVolumes(200);
        var before = cloud.ledger().size();
        var answers = allAtOnce(replicas.doors(), 20, servers, disks);

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(200, 202));
        assertThat(answers).extracting(HttpAnswer::operationId).doesNotHaveDuplicates();
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

    /** One attach for each disk; callers, servers and doors take turns. */
    private static List<HttpAnswer> allAtOnce(
            List<GatewayClient> doors, int callers, List<String> servers, List<String> disks) {
        // Tokens and documents first, so that the requests are as close together as they can be.
        for (var door : doors) {
            door.get("/v1/" + GatewayClient.P1 + "/nothing", door.withToken("team-1"));
            IntStream.rangeClosed(1, callers).forEach(team -> door.token("team-" + team));
        }
        var sent = IntStream.range(0, disks.size())
                .mapToObj(i -> doors.get(i % doors.size())
                        .attachLater(
                                "team-" + (i % callers + 1),
                                GatewayClient.P1,
                                servers.get(i % servers.size()),
                                disks.get(i)))
                .toList();
        return sent.stream().map(CompletableFuture::join).toList();
    }
}
