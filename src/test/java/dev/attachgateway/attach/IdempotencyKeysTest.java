package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PausedSends;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that the same request with the same key is the same operation, for its caller and project only. */
@QuarkusTest
@TestProfile(IdempotencyKeyProfile.class)
@WithTestResource(PostgresForTests.class)
class IdempotencyKeysTest {
    private static final String KEY = "Idempotency-Key";
    private static final String TOKEN = "X-Client-Token";

    private final String key = UUID.randomUUID().toString();

    @Inject
    Pool pool;

    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    @AfterEach
    void restore() {
        IdempotencyKeyProfile.restore();
    }

    private HttpAnswer detach(String... headers) {
        var path = "/v1/" + GatewayClient.P1 + "/dev-servers/" + attachFixture.server() + "/detachvolume/"
                + attachFixture.disk();
        return attachFixture
                .gateway()
                .send("DELETE", path, "", attachFixture.gateway().withToken(AttachFixture.CALLER, headers));
    }

    private AttachFixture anotherDisk() {
        return attachFixture.with(attachFixture.server(), attachFixture.cloud().newVolume());
    }

    private static void assertReplays(HttpAnswer replay, HttpAnswer first) {
        assertThat(replay.status()).isEqualTo(first.status());
        assertThat(replay.operationId()).isEqualTo(first.operationId()).isNotEmpty();
        assertThat(replay.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "Idempotency-Key, '', X-Unknown, x, Idempotency-Key",
                "Idempotency-Key, '\"open', X-Unknown, x, Idempotency-Key",
                "Idempotency-Key, '\"a\", \"b\"', X-Unknown, x, Idempotency-Key",
                "Idempotency-Key, 'a,b', X-Unknown, x, Idempotency-Key",
                "X-Client-Token, '\"\"', X-Unknown, x, X-Client-Token",
                "Idempotency-Key, same, Idempotency-Key, same, Idempotency-Key",
                "Idempotency-Key, one, X-Client-Token, other, Idempotency-Key and X-Client-Token"
            })
    void a_malformed_key_is_rejected_and_no_operation_is_started(
            String header, String value, String second, String secondValue, String field) {
        for (var refused : new HttpAnswer[] {
            attachFixture.attach(header, value, second, secondValue), detach(header, value, second, secondValue)
        }) {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.code()).isEqualTo("Gateway.InvalidRequest");
            assertThat(refused.json().at("/errors/0/field").asText()).isEqualTo(field);
        }
        assertThat(attachFixture.cloud().requests("volume", attachFixture.disk()))
                .isEmpty();
    }

    @Test
    void a_key_of_255_characters_is_accepted() {
        var longest = key + "k".repeat(219);
        var first = attachFixture.attach(KEY, "\"" + longest + "\"");
        assertReplays(attachFixture.attach(KEY, longest), first);
    }

    @ParameterizedTest
    @ValueSource(strings = {KEY, TOKEN})
    void a_replay_joins_the_operation_while_it_runs(String header) {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var first = attachFixture.attach(header, key);
        attachFixture.awaitStatus(first.operationId(), "running");
        var replay = attachFixture.attach(header, key);
        assertReplays(replay, first);
        assertThat(replay.text("operation_status")).isEqualTo("running");
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(first.operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void a_replay_returns_the_current_state_and_honours_its_own_wait() {
        HttpAnswer first;
        try (var _ = PausedSends.of(pool, GatewayClient.P1)) {
            first = attachFixture.attach(KEY, key, "Prefer", "respond-async");
            var early = attachFixture.attach(KEY, key, "Prefer", "respond-async");
            assertThat(early.status()).isEqualTo(202);
            assertReplays(early, first);
            assertThat(early.header("Location"))
                    .isEqualTo(first.header("Location"))
                    .isNotEmpty();
        }
        var late = attachFixture.attach(KEY, key);
        assertThat(late.status()).isEqualTo(200);
        assertThat(late.operationId()).isEqualTo(first.operationId());
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void after_success_a_replay_returns_that_success_even_after_a_detach() {
        var first = attachFixture.attach(KEY, "\"" + key + "\"");
        attachFixture.awaitStatus(first.operationId(), "success");
        var detached = detach(KEY, key + "-detach");
        attachFixture.awaitStatus(detached.operationId(), "success");
        var replay = attachFixture.attach(TOKEN, key);
        assertReplays(replay, first);
        assertThat(replay.text("operation_status")).isEqualTo("success");
        assertReplays(detach(KEY, key + "-detach"), detached);
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void after_a_failure_a_replay_returns_that_failure() {
        attachFixture.cloud().faults(Fault.status("attach", 400, "ModelArts.7000", "No."));
        var first = attachFixture.attach(KEY, key);
        assertThat(first.status()).isEqualTo(422);
        attachFixture.cloud().faults();
        var replay = attachFixture.attach(KEY, key);
        assertReplays(replay, first);
        for (var field : new String[] {"type", "detail", "error_code", "error_msg", "next_step", "instance"}) {
            assertThat(replay.text(field)).isEqualTo(first.text(field)).isNotEmpty();
        }
        assertThat(attachFixture.sends()).isEqualTo(1);
        attachFixture.awaitStatus(attachFixture.attach(KEY, key + "-again").operationId(), "success");
    }

    @Test
    void a_violated_precondition_is_replayed() {
        var here = attachFixture.with(attachFixture.server(), "00000000-0000-4000-8000-000000000000");
        var first = here.attach(KEY, key);
        assertThat(first.code()).isEqualTo("Gateway.DiskNotFound");
        assertReplays(here.attach(KEY, key), first);
    }

    @Test
    void a_failed_read_of_the_cloud_frees_the_key() {
        attachFixture.cloud().faults(Fault.status("server", 500));
        var first = attachFixture.attach(KEY, key);
        assertThat(first.code()).isEqualTo("Gateway.CloudNotReadable");
        attachFixture.cloud().faults();
        var second = attachFixture.attach(KEY, key);
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.operationId()).isNotEqualTo(first.operationId());
        assertThat(second.header("Idempotency-Replayed")).isEmpty();
        assertReplays(attachFixture.attach(KEY, key), second);
    }

    @Test
    void a_key_used_for_another_request_is_rejected() {
        var first = attachFixture.attach(KEY, key);
        attachFixture.awaitStatus(first.operationId(), "success");
        for (var refused : new HttpAnswer[] {
            anotherDisk().attach(KEY, key),
            attachFixture
                    .with(attachFixture.cloud().newServer(), attachFixture.disk())
                    .attach(KEY, key),
            detach(KEY, key)
        }) {
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.code()).isEqualTo("Gateway.KeyReused");
            assertThat(refused.header("Idempotency-Replayed")).isEmpty();
        }
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void keys_are_scoped_to_the_caller() {
        var first = attachFixture.attach(KEY, key);
        var here = anotherDisk();
        var otherCallers = here.attachAs("team-1", KEY, key);
        assertThat(otherCallers.status()).isEqualTo(200);
        assertThat(otherCallers.operationId()).isNotEqualTo(first.operationId());
        assertThat(otherCallers.header("Idempotency-Replayed")).isEmpty();
        assertReplays(here.attachAs("team-1", KEY, key), otherCallers);
        assertReplays(attachFixture.attach(KEY, key), first);
    }

    @Test
    void keys_are_scoped_to_the_project() {
        var gateway = attachFixture.gateway();
        var first =
                gateway.attach("operator", GatewayClient.P1, attachFixture.server(), attachFixture.disk(), KEY, key);
        var otherProjects =
                gateway.attach("operator", GatewayClient.P2, attachFixture.server(), attachFixture.disk(), KEY, key);
        assertThat(otherProjects.header("Idempotency-Replayed")).isEmpty();
        assertThat(otherProjects.code()).isEqualTo("Gateway.ServerNotFound");
        assertReplays(
                gateway.attach("operator", GatewayClient.P2, attachFixture.server(), attachFixture.disk(), KEY, key),
                otherProjects);
        assertReplays(
                gateway.attach("operator", GatewayClient.P1, attachFixture.server(), attachFixture.disk(), KEY, key),
                first);
    }

    @Test
    void both_headers_with_the_same_key_are_one_key() {
        var first = attachFixture.attach(KEY, "\"" + key + "\"", TOKEN, key);
        assertReplays(attachFixture.attach(KEY, key), first);
        assertReplays(attachFixture.attach(TOKEN, "\"" + key + "\""), first);
    }

    @Test
    void a_caller_whose_grant_was_withdrawn_gets_no_replay() {
        var first = attachFixture.attach(KEY, key);
        IdempotencyKeyProfile.withdrawAttach();
        var refused = Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> attachFixture.attach(KEY, key), answer -> answer.status() == 403);
        assertThat(refused.code()).isEqualTo("Gateway.NotGranted");
        assertThat(refused.body()).doesNotContain(first.operationId());
        assertThat(refused.header("Idempotency-Replayed")).isEmpty();
        IdempotencyKeyProfile.restore();
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> attachFixture.attach(KEY, key).operationId().equals(first.operationId()));
    }
}
