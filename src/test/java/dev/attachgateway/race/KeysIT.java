package dev.attachgateway.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.Replicas;
import dev.attachgateway.testkit.RunningGateway;
import dev.attachgateway.testkit.Seed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proves that 1,000 requests with 100 idempotency keys to three replicas, two of which are killed meanwhile, create 100
 * operations.
 */
class KeysIT {
    private static final int KEYS = 100;
    private static final int REQUESTS = 1_000;
    private static final int CONCURRENCY = 50;
    private static final long SEED = Seed.of("keys.seed");
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final List<String> HEADERS = List.of("Idempotency-Key", "X-Client-Token");

    @TempDir
    Path folder;

    private final Map<Integer, String> operations = new ConcurrentHashMap<>();
    private final Map<String, Integer> violations = new ConcurrentHashMap<>();
    private final AtomicInteger responses = new AtomicInteger();

    @Test
    void each_idempotency_key_creates_exactly_one_operation() throws Exception {
        System.out.println("keys: -Dkeys.seed=" + SEED);
        try (var replicas =
                Replicas.start(folder, 3, Map.of("OPERATION_LEASE", "4S", "OPERATION_SEND_TIMEOUT", "1S"))) {
            replicas.cloud().behaviour(Map.of("attach_ms", 100, "signature_ms", 10_000));
            var servers = replicas.cloud().newServers(KEYS);
            var disks = replicas.cloud().newVolumes(KEYS);
            var gateways = replicas.doors();
            gateways.forEach(
                    gateway -> gateway.get("/v1/" + GatewayClient.P1 + "/nothing", gateway.withToken("team-1")));
            var order = new ArrayList<>(IntStream.range(0, REQUESTS)
                    .map(request -> request % KEYS)
                    .boxed()
                    .toList());
            Collections.shuffle(order, new Random(SEED));
            try (var threads = Executors.newFixedThreadPool(CONCURRENCY)) {
                for (var number = 0; number < REQUESTS; number++) {
                    var key = order.get(number);
                    var random = new Random(SEED + number);
                    threads.execute(() -> sendUntilAnswered(key, servers.get(key), disks.get(key), gateways, random));
                }
                var victims = replicas.gateways().subList(0, 2);
                for (var kill = 0; kill < victims.size(); kill++) {
                    var threshold = REQUESTS * (kill + 1) / 4;
                    Awaitility.await()
                            .atMost(LIMIT)
                            .pollInterval(Duration.ofMillis(5))
                            .until(() -> responses.get() >= threshold || !violations.isEmpty());
                    victims.get(kill).kill();
                }
                victims.forEach(RunningGateway::restart);
                threads.shutdown();
                assertThat(threads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            }
            assertThat(violations).isEmpty();
            assertThat(responses).hasValue(REQUESTS);
            assertThat(operations).hasSize(KEYS);
            assertThat(operations.values()).doesNotHaveDuplicates();
            try (var database = replicas.database()) {
                OperationEnds.await(database, LIMIT);
                assertThat(count(database)).isEqualTo(KEYS);
            }
            assertThat(replicas.cloud().ledger())
                    .extracting(effect -> effect.path("volume_id").asText())
                    .containsExactlyInAnyOrderElementsOf(disks);
        }
    }

    /** Repeats the same request with the same key until a response arrives, as a careful client does. */
    private void sendUntilAnswered(int key, String server, String disk, List<GatewayClient> gateways, Random random) {
        var deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            var gateway = gateways.get(random.nextInt(gateways.size()));
            var response = send(gateway, key, server, disk, HEADERS.get(random.nextInt(2)));
            // Retry-After: the key has no operation yet, or the database is not reachable.
            if (response.filter(r -> r.status() < 300).isPresent()) {
                recordOperation(key, response.get());
                return;
            }
            if (response.filter(r -> r.header("Retry-After").isEmpty()).isPresent()) {
                violations.merge(response.get().status() + " " + response.get().code(), 1, Integer::sum);
                return;
            }
        }
        violations.merge("no response for key " + key, 1, Integer::sum);
    }

    private void recordOperation(int key, HttpAnswer response) {
        var before = operations.putIfAbsent(key, response.operationId());
        if (before != null && !before.equals(response.operationId())) {
            violations.merge("key " + key + " is " + before + " and " + response.operationId(), 1, Integer::sum);
        }
        responses.incrementAndGet();
    }

    private static Optional<HttpAnswer> send(
            GatewayClient gateway, int key, String server, String disk, String header) {
        try {
            var text = new UUID(SEED, key).toString();
            // Idempotency-Key is a structured field, whose strings are quoted.
            var value = header.equals("Idempotency-Key") ? '"' + text + '"' : text;
            return Optional.of(gateway.attach("team-1", GatewayClient.P1, server, disk, header, value));
        } catch (AssertionError e) {
            if (e.getCause() == null) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static long count(java.sql.Connection database) throws java.sql.SQLException {
        try (var statement = database.createStatement();
                var rows = statement.executeQuery("select count(*) from operation")) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
