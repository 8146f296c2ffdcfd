package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that concurrent requests with one key are one operation, and that rejected requests store no key. */
@QuarkusTest
@TestProfile(IdempotencyKeyProfile.class)
@WithTestResource(PostgresForTests.class)
class IdempotencyKeyRacesTest {
    /** Problems after which nothing is known to have begun for this request, so that it may be sent again. */
    private static final Set<String> UNDECIDED_CODES =
            Set.of("Gateway.KeyInProgress", "Gateway.StorageUnavailable", "Gateway.ReservationUnknown");

    private static final String KEY = "Idempotency-Key";
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final int CONCURRENT_REQUESTS = 100;

    @Inject
    Pool pool;

    private final String key = UUID.randomUUID().toString();
    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    private List<HttpAnswer> concurrently(Supplier<CompletableFuture<HttpAnswer>> send) {
        // Loads the issuer's keys before, whose fetches are limited in rate.
        assertThat(attachFixture
                        .with(attachFixture.server(), attachFixture.cloud().newVolume())
                        .attach()
                        .status())
                .isEqualTo(200);
        return IntStream.range(0, CONCURRENT_REQUESTS).mapToObj(_ -> send.get()).toList().stream()
                .map(CompletableFuture::join)
                .toList();
    }

    private CompletableFuture<HttpAnswer> later(String disk) {
        return attachFixture
                .gateway()
                .attachLater(
                        AttachFixture.CALLER,
                        GatewayClient.P1,
                        attachFixture.server(),
                        disk,
                        KEY,
                        key,
                        "Prefer",
                        "wait=30");
    }

    private long count(String condition) {
        return pool.query("select count(*) as rows from " + condition)
                .execute()
                .await()
                .atMost(LIMIT)
                .iterator()
                .next()
                .getLong("rows");
    }

    private long storedKeys() {
        return count("idempotency_key where key = '" + key + "'");
    }

    @Test
    void a_hundred_concurrent_requests_with_one_key_are_one_operation() {
        var answers = concurrently(() -> later(attachFixture.disk()));
        // A request before the first commit may get KeyInProgress, and one that the busy database does not answer in
        // time
        // StorageUnavailable; none gets another operation.
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.status() == 200 || UNDECIDED_CODES.contains(answer.code()))
                        .as(answer.body())
                        .isTrue());
        var joined = answers.stream().filter(answer -> answer.status() == 200).toList();
        assertThat(joined.stream().map(HttpAnswer::operationId).distinct()).hasSize(1);
        assertThat(joined.stream()
                        .filter(answer -> answer.header("Idempotency-Replayed").isEmpty()))
                .hasSizeLessThanOrEqualTo(1);
        assertThat(count("operation where volume_id = '" + attachFixture.disk() + "'"))
                .isEqualTo(1);
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void a_hundred_concurrent_requests_with_one_key_for_two_disks_are_one_operation() {
        var disks = attachFixture.cloud().newVolumes(2).iterator();
        var one = disks.next();
        var two = disks.next();
        var index = IntStream.range(0, CONCURRENT_REQUESTS).iterator();
        var answers = concurrently(() -> later(index.nextInt() % 2 == 0 ? one : two)).stream()
                .collect(Collectors.groupingBy(HttpAnswer::status));
        assertThat(Set.of(200, 422, 409, 503)).containsAll(answers.keySet());
        assertThat(answers.getOrDefault(503, List.of()))
                .allSatisfy(undecided -> assertThat(UNDECIDED_CODES).contains(undecided.code()));
        assertThat(answers.getOrDefault(200, List.of()).stream()
                        .map(HttpAnswer::operationId)
                        .distinct())
                .hasSize(1);
        assertThat(answers.getOrDefault(422, List.of()))
                .isNotEmpty()
                .allSatisfy(refused -> assertThat(refused.code()).isEqualTo("Gateway.KeyReused"));
        assertThat(answers.getOrDefault(409, List.of()))
                .allSatisfy(refused -> assertThat(refused.code()).isEqualTo("Gateway.KeyInProgress"));
        assertThat(count("operation where volume_id in ('" + one + "', '" + two + "')"))
                .isEqualTo(1);
    }

    @Test
    void a_replay_before_the_first_commit_gets_409_with_retry_after() {
        var blocker = pool.getConnection().await().atMost(LIMIT);
        var transaction = blocker.begin().await().atMost(LIMIT);
        CompletableFuture<HttpAnswer> first;
        attachFixture.attach();
        var disk = attachFixture.cloud().newVolume();
        try {
            // The event is the last statement of a reservation, so the first request waits just before its commit.
            blocker.preparedQuery("select from event_position where project_id = $1 for update")
                    .execute(Tuple.of(GatewayClient.P1))
                    .await()
                    .atMost(LIMIT);
            first = later(disk);
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> count("pg_locks where locktype = 'advisory' and granted") == 1);
            var early = later(disk).join();
            assertThat(early.status()).isEqualTo(409);
            assertThat(early.code()).isEqualTo("Gateway.KeyInProgress");
            assertThat(early.header("Retry-After")).matches("[1-9][0-9]*");
            assertThat(early.header("Idempotency-Replayed")).isEmpty();
            assertThat(first).isNotDone();
        } finally {
            transaction.rollback().await().atMost(LIMIT);
            blocker.close().await().atMost(LIMIT);
        }
        assertThat(first.join().status()).isEqualTo(200);
        var late = later(disk).join();
        assertThat(late.status()).isEqualTo(200);
        assertThat(late.operationId()).isEqualTo(first.join().operationId());
        assertThat(late.header("Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void another_key_for_a_reserved_disk_is_rejected_and_not_stored() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var holder = attachFixture.attach(KEY, key + "-first");
        for (var refused :
                new HttpAnswer[] {attachFixture.attach(KEY, key), attachFixture.attachAs("team-1", KEY, key)}) {
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.code()).isEqualTo("Gateway.DiskReserved");
            assertThat(refused.text("held_by_operation_id")).isEqualTo(holder.operationId());
        }
        assertThat(storedKeys()).isZero();
        // The key is free for the next request.
        var elsewhere = attachFixture
                .with(attachFixture.cloud().newServer(), attachFixture.cloud().newVolume())
                .attach(KEY, key);
        assertThat(elsewhere.status()).isEqualTo(200);
        assertThat(elsewhere.header("Idempotency-Replayed")).isEmpty();
    }

    @Test
    void without_a_key_the_same_caller_joins_an_operation_that_has_one() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var first = attachFixture.attach(KEY, key);
        var plain = attachFixture.attach();
        assertThat(plain.status()).isEqualTo(200);
        assertThat(plain.operationId()).isEqualTo(first.operationId());
        assertThat(plain.header("Idempotency-Replayed")).isEmpty();
    }

    @Test
    void a_request_rejected_before_the_reservation_stores_no_key() {
        assertThat(attachFixture.attachAs("viewer", KEY, key).status()).isEqualTo(403);
        assertThat(attachFixture
                        .with("no-id", attachFixture.disk())
                        .attach(KEY, key)
                        .status())
                .isEqualTo(400);
        assertThat(attachFixture
                        .gateway()
                        .attach(
                                "operator",
                                "a-project-without-credential",
                                attachFixture.server(),
                                attachFixture.disk(),
                                KEY,
                                key)
                        .code())
                .isEqualTo("Gateway.NoCredential");
        assertThat(storedKeys()).isZero();
    }
}
