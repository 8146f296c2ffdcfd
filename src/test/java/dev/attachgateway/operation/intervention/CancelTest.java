package dev.attachgateway.operation.intervention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PausedSends;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that an operation that has not been sent can be cancelled and is then never sent. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class CancelTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    private AttachFixture attachFixture;
    private @Nullable PausedSends paused;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    @AfterEach
    void resume() {
        if (paused != null) {
            paused.close();
        }
    }

    /** Until the end of the test. */
    private void pause(String projectId) {
        paused = PausedSends.of(pool, projectId);
    }

    private HttpAnswer cancel(String client, String id) {
        return cancel(client, GatewayClient.P1, attachFixture.server(), id);
    }

    private HttpAnswer cancel(String client, String project, String server, String id) {
        var path = GatewayClient.operationPath(project, server, id) + "/cancel";
        return attachFixture
                .gateway()
                .send("POST", path, "", attachFixture.gateway().withToken(client));
    }

    /** An attach that is queued because of an operator's pause. */
    private String attachWhilePaused() {
        pause(GatewayClient.P1);
        var id = attachFixture.attach("Prefer", "respond-async").operationId();
        awaitStep(id, "queued");
        return id;
    }

    private JsonNode awaitStep(String id, String step) {
        return attachFixture.awaitOperation(
                id, operation -> operation.path("step").asText().equals(step));
    }

    private void assertCancelled(HttpAnswer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.text("operation_status")).isEqualTo("failed");
        assertThat(answer.json().at("/operation_error/code").asText()).isEqualTo("Gateway.Cancelled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "volume"})
    void an_operation_cancelled_during_a_read_is_not_sent(String read) {
        // Token and OpenAPI document are fetched before, so that the cancel itself is fast.
        assertThat(cancel(AttachFixture.CALLER, UUID.randomUUID().toString()).status())
                .isEqualTo(404);
        attachFixture.cloud().faults(Fault.delay(read, Duration.ofMillis(1500)));
        var id = attachFixture.attach("Prefer", "respond-async").operationId();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> attachFixture.cloud().requests().stream()
                        .anyMatch(request -> request.path("call").asText().equals(read)
                                && (request.path("server_id").asText().equals(attachFixture.server())
                                        || request.path("volume_id").asText().equals(attachFixture.disk()))));
        assertCancelled(cancel(AttachFixture.CALLER, id));

        // This read begins after the other one and takes as long, so that the other one has ended when it ends.
        var other = attachFixture.with(
                attachFixture.cloud().newServer(), attachFixture.cloud().newVolume());
        other.awaitStatus(other.attach("Prefer", "respond-async").operationId(), "success");
        assertThat(attachFixture.sends()).isZero();
        assertThat(attachFixture.operation(id).path("operation_status").asText())
                .isEqualTo("failed");
        assertThat(attachFixture.story(id))
                .noneMatch(event -> event.json().path("step").asText().equals("sending"));

        attachFixture.cloud().faults();
        attachFixture.awaitStatus(attachFixture.attachAs("team-1").operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void an_operation_waiting_for_a_retry_can_be_cancelled() {
        attachFixture
                .cloud()
                .faults(Fault.status("attach", 429, "APIGW.0308", "Slow down.").disk(attachFixture.disk()));
        var id = attachFixture.attach("Prefer", "respond-async").operationId();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> cancel(AttachFixture.CALLER, id).status() == 200);
        attachFixture.cloud().faults();
        attachFixture.awaitStatus(attachFixture.attachAs("team-1").operationId(), "success");
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void a_cancelled_operation_leaves_the_queue_and_the_next_moves_up() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var running = attachFixture.attach();
        var second =
                attachFixture.with(attachFixture.server(), attachFixture.cloud().newVolume());
        var third =
                attachFixture.with(attachFixture.server(), attachFixture.cloud().newVolume());
        var cancelled = second.attachAs("team-1", "Prefer", "respond-async").operationId();
        awaitStep(cancelled, "queued");
        var next = third.attachAs("team-2", "Prefer", "respond-async").operationId();
        attachFixture.awaitOperation(
                next, operation -> operation.path("detail").asText().endsWith("Position in the server's queue: 3."));
        assertCancelled(cancel("team-1", cancelled));
        attachFixture.awaitOperation(
                next, operation -> operation.path("detail").asText().endsWith("Position in the server's queue: 2."));
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(running.operationId(), "success");
        attachFixture.awaitStatus(next, "success");
        assertThat(second.sends()).isZero();
    }

    @Test
    void a_waiting_caller_gets_the_cancellation_as_409() {
        pause("*");
        var answer = attachFixture
                .gateway()
                .attachLater(
                        AttachFixture.CALLER,
                        GatewayClient.P1,
                        attachFixture.server(),
                        attachFixture.disk(),
                        "Prefer",
                        "wait=30");
        var id = Awaitility.await()
                .atMost(LIMIT)
                .until(
                        () -> attachFixture.attach("Prefer", "respond-async").operationId(),
                        operationId -> !operationId.isEmpty());
        awaitStep(id, "queued");
        assertCancelled(cancel("operator", id));
        assertThat(answer.join().status()).isEqualTo(409);
        assertThat(answer.join().code()).isEqualTo("Gateway.Cancelled");
    }

    @Test
    void only_its_caller_and_operators_may_cancel_an_operation() {
        var id = attachWhilePaused();
        for (var other : new String[] {"team-1", "viewer", "stranger"}) {
            var answer = cancel(other, id);
            assertThat(answer.status()).as(other).isEqualTo(403);
            assertThat(answer.code()).isEqualTo("Gateway.NotGranted");
        }
        assertThat(awaitStep(id, "queued").has("operation_error")).isFalse();
        assertCancelled(cancel("operator", id));
    }

    @Test
    void an_operation_of_another_server_or_project_is_not_found() {
        var id = attachWhilePaused();
        var elsewhere = attachFixture.cloud().newServer();
        assertThat(cancel("operator", GatewayClient.P1, elsewhere, id).code()).isEqualTo("Gateway.OperationNotFound");
        assertThat(cancel("operator", GatewayClient.P2, attachFixture.server(), id)
                        .status())
                .isEqualTo(404);
        assertThat(cancel("operator", UUID.randomUUID().toString()).status()).isEqualTo(404);
        assertThat(cancel("operator", "no-id").code()).isEqualTo("Gateway.InvalidRequest");
        assertThat(awaitStep(id, "queued").has("operation_error")).isFalse();
    }

    @Test
    void cancelling_again_gets_the_same_response_and_is_audited() {
        var id = attachWhilePaused();
        var first = cancel(AttachFixture.CALLER, id);
        assertCancelled(first);
        assertThat(cancel(AttachFixture.CALLER, id).json()).isEqualTo(first.json());
        var entries = pool.preparedQuery(
                        "select action, rule, reason, request_id from audit where operation_id = $1 order by id")
                .execute(Tuple.of(id))
                .await()
                .atMost(LIMIT);
        var audited = new java.util.ArrayList<String>();
        entries.forEach(entry -> audited.add(
                entry.getString("action") + " " + entry.getString("rule") + " " + entry.getString("reason")));
        assertThat(audited)
                .containsExactly(
                        "attach attachers null", "attach attachers Cancelled.", "attach attachers Cancelled before.");
        var events = attachFixture.story(id);
        assertThat(events.getLast().json().path("step").asText()).isEqualTo("failed");
        assertThat(events)
                .filteredOn(event -> event.json().path("step").asText().equals("failed"))
                .hasSize(1);
    }

    @Test
    void a_sent_operation_is_not_cancelled() {
        attachFixture.cloud().behaviour(Map.of("attach_ms", 1500));
        var id = attachFixture.attach().operationId();
        assertAlreadySent(cancel(AttachFixture.CALLER, id));
        attachFixture.awaitStatus(id, "success");
        assertAlreadySent(cancel(AttachFixture.CALLER, id));
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    /** Even after the reads have settled that the request had no effect: a cancel does not rely on them. */
    @Test
    void an_operation_with_a_request_of_unknown_outcome_is_not_cancelled() {
        attachFixture
                .cloud()
                .faults(Fault.kind("attach", "drop").disk(attachFixture.disk()).times(1));
        var id = attachFixture.attach("Prefer", "respond-async").operationId();
        attachFixture.awaitUnsettled(id);
        assertAlreadySent(cancel(AttachFixture.CALLER, id));
        pause(GatewayClient.P1);
        awaitStep(id, "queued");
        assertAlreadySent(cancel(AttachFixture.CALLER, id));
    }

    private void assertAlreadySent(HttpAnswer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(409);
        assertThat(answer.code()).isEqualTo("Gateway.AlreadySent");
        assertThat(answer.text("next_step")).isNotBlank();
    }
}
