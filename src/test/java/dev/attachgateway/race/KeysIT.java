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

/** A thousand requests with a hundred keys at three replicas, two of which are killed meanwhile. */
class KeysIT {
    private static final int KEYS = 100;
    private static final int REQUESTS = 1_000;
    private static final int AT_ONCE = 50;
    private static final long SEED = Seed.of("keys.seed");
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final List<String> HEADERS = List.of("Idempotency-Key", "X-Client-Token");

    @TempDir
    Path folder;

    private final Map<Integer, String> operations = new ConcurrentHashMap<>();
    private final Map<String, Integer> wrong = new ConcurrentHashMap<>();
    private final AtomicInteger answered = new AtomicInteger();

    @Test
    void a_hundred_keys_are_a_hundred_operations() throws Exception {
        System.out.println("keys: -Dkeys.seed=" + SEED);
        try (var replicas =
                Replicas.start(folder, 3, Map.of("OPERATION_LEASE", "4S", "OPERATION_SEND_TIMEOUT", "1S"))) {
            replicas.cloud().behaviour(Map.of("attach_ms", 100, "signature_ms", 10_000));
            var servers = replicas.cloud().newServers(KEYS);
            var disks = replicas.cloud().newVolumes(KEYS);
            var doors = replicas.doors();
            doors.forEach(door -> door.get("/v1/" + GatewayClient.P1 + "/nothing", door.withToken("team-1")));
            var order = new ArrayList<>(IntStream.range(0, REQUESTS)
                    .map(request -> request % KEYS)
                    .boxed()
                    .toList());
            Collections.shuffle(order, new Random(SEED));
            try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
                for (var number = 0; number < REQUESTS; number++) {
                    var key = order.get(number);
                    var random = new Random(SEED + number);
                    threads.execute(() -> insist(key, servers.get(key), disks.get(key), doors, random));
                }
                var victims = replicas.gateways().subList(0, 2);
                for (var kill = 0; kill < victims.size(); kill++) {
                    var due = REQUESTS * (kill + 1) / 4;
                    Awaitility.await()
                            .atMost(LIMIT)
                            .pollInterval(Duration.ofMillis(5))
                            .until(() -> answered.get() >= due || !wrong.isEmpty());
                    victims.get(kill).kill();
                }
                victims.forEach(RunningGateway::restart);
                threads.shutdown();
                assertThat(threads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            }
            assertThat(wrong).isEmpty();
            assertThat(answered).hasValue(REQUESTS);
            assertThat(operations).hasSize(KEYS);
            assertThat(operations.values()).doesNotHaveDuplicates();
            try (var database = replicas.database()) {
                Ends.await(database, LIMIT);
                assertThat(count(database)).isEqualTo(KEYS);
            }
            assertThat(replicas.cloud().ledger())
                    .extracting(effect -> effect.path("volume_id").asText())
                    .containsExactlyInAnyOrderElementsOf(disks);
        }
    }

    /** What a careful client does: the same request with the same key until it is answered. */
    private void insist(int key, String server, String disk, List<GatewayClient> doors, Random random) {
        var until = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < until) {
            var door = doors.get(random.nextInt(doors.size()));
            var answer = ask(door, key, server, disk, HEADERS.get(random.nextInt(2)));
            // No operation yet for this key, or a database that was cut off: both say when to come again.
            if (answer.filter(it -> it.status() < 300).isPresent()) {
                note(key, answer.get());
                return;
            }
            if (answer.filter(it -> it.header("Retry-After").isEmpty()).isPresent()) {
                wrong.merge(answer.get().status() + " " + answer.get().code(), 1, Integer::sum);
                return;
            }
        }
        wrong.merge("no answer for key " + key, 1, Integer::sum);
    }

    private void note(int key, HttpAnswer answer) {
        var before = operations.putIfAbsent(key, answer.operationId());
        if (before != null && !before.equals(answer.operationId())) {
            wrong.merge("key " + key + " is " + before + " and " + answer.operationId(), 1, Integer::sum);
        }
        answered.incrementAndGet();
    }

    private static Optional<HttpAnswer> ask(GatewayClient door, int key, String server, String disk, String header) {
        try {
            var text = new UUID(SEED, key).toString();
            // The one is a structured field, whose texts are quoted.
            var value = header.equals("Idempotency-Key") ? '"' + text + '"' : text;
            return Optional.of(door.attach("team-1", GatewayClient.P1, server, disk, header, value));
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
