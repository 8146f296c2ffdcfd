package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that concurrent callers get one effect for each disk, whether they compete for it or not. */
@QuarkusTest
@TestProfile(ConcurrentCallersTest.LongDeadlineProfile.class)
@WithTestResource(PostgresForTests.class)
class ConcurrentCallersTest {
    private static final int ATTACHES = 200;
    private static final int CALLERS = 20;
    private static final int COMPETITORS = 50;

    private AttachFixture attachFixture;

    /** On a slow machine the last of two hundred operations is checked late, which must not exceed its deadline. */
    public static class LongDeadlineProfile extends QuickProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var all = new HashMap<>(super.getConfigOverrides());
            all.put("operation.deadline", "1m");
            return all;
        }
    }

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    @Test
    void two_hundred_attaches_by_twenty_callers_have_two_hundred_effects() {
        var servers = attachFixture.cloud().newServers(10);
        var disks = attachFixture.cloud().newVolumes(ATTACHES);
        IntStream.rangeClosed(1, CALLERS).forEach(i -> attachFixture.gateway().token("team-" + i));
        var serverByDisk = new HashMap<String, String>();
        var answersByDisk = new HashMap<String, CompletableFuture<HttpAnswer>>();
        for (int i = 0; i < ATTACHES; i++) {
            var server = servers.get(i % servers.size());
            serverByDisk.put(disks.get(i), server);
            answersByDisk.put(
                    disks.get(i),
                    attachFixture
                            .gateway()
                            .attachLater(
                                    "team-" + (i % CALLERS + 1),
                                    GatewayClient.P1,
                                    server,
                                    disks.get(i),
                                    "Prefer",
                                    "wait=30"));
        }
        answersByDisk.forEach((disk, answer) -> {
            assertThat(answer.join().status()).as(answer.join().body()).isIn(200, 202);
            attachFixture
                    .with(String.valueOf(serverByDisk.get(disk)), disk)
                    .awaitStatus(answer.join().operationId(), Duration.ofMinutes(3), "success");
        });
        var effects = attachFixture.cloud().ledger().stream()
                .map(effect -> effect.path("volume_id").asText())
                .filter(serverByDisk::containsKey)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(effects).hasSize(ATTACHES);
        assertThat(effects.values()).containsOnly(1L);
    }

    @Test
    void one_of_fifty_callers_gets_the_disk_and_the_others_get_409() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var servers = attachFixture.cloud().newServers(COMPETITORS);
        IntStream.rangeClosed(1, COMPETITORS)
                .forEach(i -> attachFixture.gateway().token("team-" + i));
        var answers = IntStream.range(0, COMPETITORS)
                .mapToObj(i -> attachFixture
                        .gateway()
                        .attachLater(
                                "team-" + (i + 1),
                                GatewayClient.P1,
                                servers.get(i),
                                attachFixture.disk(),
                                "Prefer",
                                "wait=30"))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .collect(Collectors.groupingBy(HttpAnswer::status));
        assertThat(answers.keySet()).containsExactlyInAnyOrder(200, 409);
        var winner = answers.getOrDefault(200, java.util.List.of());
        assertThat(winner).hasSize(1);
        assertThat(answers.get(409)).hasSize(COMPETITORS - 1).allSatisfy(refused -> {
            assertThat(refused.code()).isEqualTo("Gateway.DiskReserved");
            assertThat(refused.text("held_by_operation_id"))
                    .isEqualTo(winner.getFirst().operationId());
        });
        assertThat(attachFixture.effects()).isEqualTo(1);
        assertThat(attachFixture.sends()).isEqualTo(1);
        var onServers = new HashSet<JsonNode>(attachFixture.cloud().effects(attachFixture.disk()));
        assertThat(onServers).hasSize(1);
    }
}
