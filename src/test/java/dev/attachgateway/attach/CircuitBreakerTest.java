package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.StrictProfile;
import dev.attachgateway.testkit.Timeouts;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.resilience.CloudGuards;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that the breaker opens only for an unhealthy cloud, rejects callers at once while open, and closes by itself. */
@QuarkusTest
@TestProfile(StrictProfile.class)
@WithTestResource(PostgresForTests.class)
class CircuitBreakerTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    CloudGuards guards;

    private AttachFixture attachFixture;

    @BeforeEach
    void awaitClosedBreaker() {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> AttachFixture.set().attach().status() == 200);
        attachFixture = AttachFixture.set();
    }

    private AttachFixture another() {
        return attachFixture.with(attachFixture.server(), attachFixture.cloud().newVolume());
    }

    /** Makes the cloud fail until the breaker opens. */
    private void openBreaker() {
        attachFixture.cloud().faults(Fault.status("server", 500));
        Awaitility.await().atMost(LIMIT).until(() -> another().attach().code().equals("Gateway.CloudUnavailable"));
    }

    @Test
    void an_open_breaker_rejects_callers_at_once_and_starts_no_operation() {
        openBreaker();
        // A new server and disk, since calls of earlier operations may still be running.
        var here = attachFixture.with(
                attachFixture.cloud().newServer(), attachFixture.cloud().newVolume());
        var start = System.nanoTime();
        var refused = here.attach();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("Gateway.CloudUnavailable");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 2);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("long before the end of its wait of ten seconds")
                .isLessThan(Duration.ofSeconds(8));
        assertThat(refused.json().has("operation_id")).isFalse();
        assertThat(rows(here.disk())).isZero();
        assertThat(attachFixture.cloud().requests())
                .noneMatch(call -> call.path("volume_id").asText().equals(here.disk()))
                .noneMatch(call -> call.path("server_id").asText().equals(here.server()));
    }

    @Test
    void respond_async_is_accepted_while_open_and_sent_after_the_breaker_closes() {
        openBreaker();
        var here = another();
        var accepted = here.attach("Prefer", "respond-async");
        assertThat(accepted.status()).isEqualTo(202);
        here.awaitOperation(
                accepted.operationId(),
                operation -> operation.path("step").asText().equals("waiting"));
        attachFixture.cloud().faults();
        here.awaitStatus(accepted.operationId(), "success");
        assertThat(here.sends()).isEqualTo(1);
        assertThat(here.effects()).isEqualTo(1);
    }

    @Test
    void an_idempotency_key_is_replayed_while_the_breaker_is_open() {
        var here = another();
        var first = here.attach("Idempotency-Key", "used-before");
        here.awaitStatus(first.operationId(), "success");
        openBreaker();
        var replay = here.attach("Idempotency-Key", "used-before");
        assertThat(replay.status()).isEqualTo(200);
        assertThat(replay.operationId()).isEqualTo(first.operationId());
        assertThat(replay.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(here.attach("Idempotency-Key", "not-used-before").code()).isEqualTo("Gateway.CloudUnavailable");
    }

    @Test
    void the_breaker_closes_by_itself_after_the_cloud_recovers() {
        openBreaker();
        attachFixture.cloud().faults();
        Awaitility.await().atMost(LIMIT).until(() -> another().attach().status() == 200);
    }

    @Test
    void refusals_never_open_the_breaker() {
        attachFixture.cloud().faults(Fault.status("attach", 400, "ModelArts.7000", "No."));
        for (int i = 0; i < 15; i++) {
            assertThat(another().attach().status()).isEqualTo(422);
        }
        for (int i = 0; i < 15; i++) {
            assertThat(attachFixture
                            .with("00000000-0000-4000-8000-000000000000", attachFixture.disk())
                            .attach()
                            .status())
                    .isEqualTo(404);
        }
        attachFixture.cloud().faults();
        assertThat(another().attach().status()).isEqualTo(200);
    }

    @Test
    void throttling_never_opens_the_breaker() {
        // After this operation has ended no other calls dilute the breaker's window of six.
        another().attached();
        var here = another();
        attachFixture
                .cloud()
                .faults(Fault.status("attach", 429).disk(here.disk()).times(12));
        var answer = here.gateway()
                .attachLater(AttachFixture.CALLER, GatewayClient.P1, here.server(), here.disk(), "Prefer", "wait=20");
        // An opened breaker stays open for two seconds, so that polling cannot miss it.
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .failFast("the breaker is not closed", () -> breakerState() != CircuitBreakerState.CLOSED)
                .until(answer::isDone);
        assertThat(answer.join().status()).isEqualTo(200);
        assertThat(breakerState()).isEqualTo(CircuitBreakerState.CLOSED);
        assertThat(here.sends())
                .as("twelve throttled sends and an accepted one")
                .isEqualTo(13);
        assertThat(here.effects()).isEqualTo(1);
    }

    private CircuitBreakerState breakerState() {
        return guards.snapshots().stream()
                .filter(guard -> guard.service() == CloudService.MODELARTS)
                .findFirst()
                .orElseThrow()
                .breakerState();
    }

    private long rows(String disk) {
        return pool.preparedQuery("select count(*) as rows from operation where volume_id = $1")
                .execute(Tuple.of(UUID.fromString(disk)))
                .await()
                .indefinitely()
                .iterator()
                .next()
                .getLong("rows");
    }
}
