package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.StrictProfile;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cloud that is ill is left alone for a while, and callers are told so at once. */
@QuarkusTest
@TestProfile(StrictProfile.class)
@WithTestResource(PostgresForTests.class)
class CircuitBreakerTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    private AttachFixture attachFixture;

    @BeforeEach
    void healthyAgain() {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> AttachFixture.set().attach().status() == 200);
        attachFixture = AttachFixture.set();
    }

    private AttachFixture another() {
        return attachFixture.with(attachFixture.server(), attachFixture.cloud().newVolume());
    }

    /** Makes the cloud fail until the gateway stops asking it. */
    private void openBreaker() {
        attachFixture.cloud().faults(Fault.status("server", 500));
        Awaitility.await().atMost(LIMIT).until(() -> another().attach().code().equals("Gateway.CloudUnavailable"));
    }

    @Test
    void while_it_is_open_callers_are_told_at_once_and_nothing_is_begun() {
        openBreaker();
        // Server and disk are its own: calls of operations before it may still be on their way.
        var here = attachFixture.with(
                attachFixture.cloud().newServer(), attachFixture.cloud().newVolume());
        var begun = System.nanoTime();
        HttpAnswer refused = here.attach();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("Gateway.CloudUnavailable");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 2);
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .as("long before its wait of ten seconds is over")
                .isLessThan(Duration.ofSeconds(8));
        assertThat(refused.json().has("operation_id")).isFalse();
        assertThat(rows(here.disk())).isZero();
        assertThat(attachFixture.cloud().requests())
                .noneMatch(call -> call.path("volume_id").asText().equals(here.disk()))
                .noneMatch(call -> call.path("server_id").asText().equals(here.server()));
    }

    @Test
    void whoever_does_not_wait_is_taken_in_and_served_when_it_closes() {
        openBreaker();
        var here = another();
        var taken = here.attach("Prefer", "respond-async");
        assertThat(taken.status()).isEqualTo(202);
        here.awaitOperation(
                taken.operationId(),
                operation -> operation.path("step").asText().equals("waiting"));
        attachFixture.cloud().faults();
        here.awaitStatus(taken.operationId(), "success");
        assertThat(here.sends()).isEqualTo(1);
        assertThat(here.effects()).isEqualTo(1);
    }

    @Test
    void while_it_is_open_whoever_asks_again_hears_what_came_of_the_first_request() {
        var here = another();
        var first = here.attach("Idempotency-Key", "asked-before");
        here.awaitStatus(first.operationId(), "success");
        openBreaker();
        var replay = here.attach("Idempotency-Key", "asked-before");
        assertThat(replay.status()).isEqualTo(200);
        assertThat(replay.operationId()).isEqualTo(first.operationId());
        assertThat(replay.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(here.attach("Idempotency-Key", "not-asked-before").code()).isEqualTo("Gateway.CloudUnavailable");
    }

    @Test
    void it_closes_by_itself_when_the_cloud_is_well_again() {
        openBreaker();
        attachFixture.cloud().faults();
        Awaitility.await().atMost(LIMIT).until(() -> another().attach().status() == 200);
    }

    @Test
    void refusals_never_open_it() {
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
    void throttling_never_opens_it() {
        attachFixture.cloud().faults(Fault.status("attach", 429).times(12));
        var here = another();
        var answer = here.attach("Prefer", "wait=20");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(here.effects()).isEqualTo(1);
    }

    @Test
    void a_shareable_disk_goes_to_a_second_server_where_that_is_allowed() {
        var disk = attachFixture.cloud().newVolume(java.util.Map.of("multiattach", true));
        var first = attachFixture.with(attachFixture.server(), disk);
        first.awaitStatus(first.attach().operationId(), "success");
        var second = attachFixture.with(attachFixture.cloud().newServer(), disk);
        second.awaitStatus(second.attach().operationId(), "success");
        assertThat(attachFixture.effects()).isZero();
        assertThat(second.effects()).isEqualTo(2);
        assertThat(second.attach().code()).isEqualTo("Gateway.DiskAlreadyAttached");
        var plain = attachFixture.with(second.server(), "ae658f33-fe3b-490b-93f4-48b3a5aa3c81");
        assertThat(plain.attach().code()).isEqualTo("Gateway.DiskInUse");
    }

    @Test
    void who_has_a_disk_is_not_told_to_those_who_may_not_see_it() {
        attachFixture.cloud().behaviour(java.util.Map.of("stuck", true));
        var held = attachFixture.attach();
        assertThat(held.status()).isEqualTo(200);
        var refused = attachFixture
                .gateway()
                .attach("stranger", GatewayClient.P1, "6513270e-269e-4d37-b2a7-4de452e6b438", attachFixture.disk());
        assertThat(refused.code()).isEqualTo("Gateway.DiskReserved");
        assertThat(refused.json().has("held_by_operation_id")).isFalse();
        assertThat(refused.body()).doesNotContain(held.operationId(), attachFixture.server());
        assertThat(attachFixture
                        .gateway()
                        .operation("stranger", GatewayClient.P1, attachFixture.server(), held.operationId())
                        .status())
                .isEqualTo(403);
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
