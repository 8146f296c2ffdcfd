package dev.attachgateway.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that operators can release unfinished operations, but never while their request may still be in flight. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class ReleaseTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    private AttachFixture attachFixture;
    private OperatorClient operator;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
        operator = OperatorClient.of(attachFixture);
    }

    @AfterEach
    void resume() {
        operator.resume(GatewayClient.P1);
    }

    private Row row(String query, Object value) {
        return pool.preparedQuery(query)
                .execute(Tuple.of(value))
                .await()
                .atMost(LIMIT)
                .iterator()
                .next();
    }

    private HttpAnswer releaseWhenAllowed(String id) {
        return Awaitility.await()
                .atMost(LIMIT)
                .until(() -> operator.release(attachFixture, id, "a test"), answer -> answer.status() == 200);
    }

    /** An attach that the cloud has accepted and never ends. */
    private String attachStuck() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "running");
        return id;
    }

    @Test
    void a_release_is_rejected_while_the_request_may_be_in_flight() {
        attachFixture
                .cloud()
                .faults(Fault.kind("attach", "hang").disk(attachFixture.disk()).times(1));
        var id = attachFixture.attach("Prefer", "respond-async").operationId();
        Awaitility.await().atMost(LIMIT).until(() -> attachFixture.sends() == 1);

        var early = operator.release(attachFixture, id, "too early");
        assertThat(early.status()).isEqualTo(409);
        assertThat(early.code()).isEqualTo("Gateway.StillSending");
        // In these tests two seconds to send come before.
        assertThat(Integer.parseInt(early.header("Retry-After"))).isBetween(1, 2 + QuickProfile.MAX_IN_FLIGHT_SECONDS);
        assertThat(early.operationId()).isEqualTo(id);

        releaseWhenAllowed(id);
        var past = row(
                "select ended_at >= send_before + interval '" + QuickProfile.MAX_IN_FLIGHT_SECONDS
                        + " s' as past from operation where operation_id = $1",
                UUID.fromString(id));
        assertThat(past.getBoolean("past")).isTrue();
    }

    @Test
    void a_released_operation_has_the_reason_frees_the_disk_and_is_reconciled() {
        var id = attachStuck();
        assertThat(attachFixture.attachAs("team-1").code()).isEqualTo("Gateway.DiskReserved");
        var released = releaseWhenAllowed(id);
        assertThat(released.text("operation_status")).isEqualTo("failed");
        assertThat(released.json().at("/operation_error/code").asText()).isEqualTo("Gateway.Released");
        assertThat(released.json().at("/operation_error/message").asText()).isEqualTo("Released: a test");
        assertThat(attachFixture.story(id).getLast().json()).isEqualTo(released.json());
        var row = row(
                "select reconcile_at <= now() as due, lease_owner, lease_until = '-infinity' as free from operation"
                        + " where operation_id = $1",
                UUID.fromString(id));
        assertThat(row.getBoolean("due")).isTrue();
        assertThat(row.getUUID("lease_owner")).isNull();
        assertThat(row.getBoolean("free")).isTrue();
        var entry = row("select * from audit where operation_id = $1 order by id desc limit 1", id);
        assertThat(entry.getString("action")).isEqualTo("operate");
        assertThat(entry.getString("verdict")).isEqualTo("allowed");
        assertThat(entry.getString("subject")).isEqualTo("operator");
        assertThat(entry.getString("reason")).isEqualTo("Released: a test");

        assertThat(operator.release(attachFixture, id, "once more").json()).isEqualTo(released.json());
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        assertThat(attachFixture.attachAs("team-1").operationId()).isNotEqualTo(id);
    }

    @Test
    void unfinished_operations_can_be_released_at_every_step() {
        operator.pause(GatewayClient.P1, "a test");
        var queued = attachFixture.attach("Prefer", "respond-async").operationId();
        attachFixture.awaitOperation(
                queued, operation -> operation.path("step").asText().equals("queued"));
        assertThat(operator.release(attachFixture, queued, "not sent, so at once")
                        .status())
                .isEqualTo(200);
        operator.resume(GatewayClient.P1);

        attachFixture
                .cloud()
                .faults(Fault.delay("server", Duration.ofMillis(800)).server(attachFixture.server()));
        var checking = attachFixture.attach("Prefer", "respond-async").operationId();
        assertThat(operator.release(attachFixture, checking, "not sent, so at once")
                        .status())
                .isEqualTo(200);
        attachFixture
                .cloud()
                .faults(Fault.kind("attach", "drop").disk(attachFixture.disk()).times(1));
        var unsettled = attachFixture.attach("Prefer", "respond-async").operationId();
        attachFixture.awaitUnsettled(unsettled);
        assertThat(attachFixture.sends()).isEqualTo(1);
        operator.pause(GatewayClient.P1, "so that it is not resent meanwhile");
        assertThat(releaseWhenAllowed(unsettled).text("step")).isEqualTo("failed");
        assertThat(attachFixture.effects()).isZero();
    }

    @Test
    void an_ended_operation_is_not_released() {
        var id = attachFixture.attach().operationId();
        var ended = attachFixture.awaitStatus(id, "success");
        var answer = operator.release(attachFixture, id, "a test");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.code()).isEqualTo("Gateway.AlreadyEnded");
        assertThat(attachFixture.operation(id)).isEqualTo(ended);
        assertThat(row("select reason from audit where operation_id = $1 order by id desc limit 1", id)
                        .getString("reason"))
                .startsWith("Not released: ");
    }

    @Test
    void only_operators_release_and_settle_and_only_existing_operations() {
        var id = attachStuck();
        for (var other : new String[] {"attacher", "viewer", "stranger"}) {
            assertThat(operator.as(other).release(attachFixture, id, "a test").status())
                    .isEqualTo(403);
            assertThat(operator.as(other)
                            .settle(GatewayClient.P1, attachFixture.server(), id)
                            .status())
                    .isEqualTo(403);
        }
        for (var path : new String[][] {
            {GatewayClient.P2, attachFixture.server(), id},
            {GatewayClient.P1, attachFixture.cloud().newServer(), id},
            {GatewayClient.P1, attachFixture.server(), UUID.randomUUID().toString()}
        }) {
            assertThat(operator.release(path[0], path[1], path[2], OperatorClient.reason("a test"))
                            .code())
                    .isEqualTo("Gateway.OperationNotFound");
            assertThat(operator.settle(path[0], path[1], path[2]).status()).isEqualTo(404);
        }
        assertThat(operator.settle(GatewayClient.P1, attachFixture.server(), id).code())
                .isEqualTo("Gateway.NotUnsettled");
        assertThat(attachFixture.operation(id).path("operation_status").asText())
                .isEqualTo("running");
        releaseWhenAllowed(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"reason\":null}",
                "{\"reason\":\"\"}",
                "{\"reason\":\"   \"}",
                "{\"reason\":7}",
                "{\"reason\":\"a\\u0000b\"}",
                "{\"reason\":\"a\\ud800b\"}",
                "{\"reason\":\"a\",\"force\":\"yes\"}",
                "LONG"
            })
    void invalid_reasons_are_rejected_with_400(String body) {
        var sent = body.equals("LONG") ? OperatorClient.reason("x".repeat(501)) : body;
        var answer = operator.release(
                GatewayClient.P1, attachFixture.server(), UUID.randomUUID().toString(), sent);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(operator.send("PUT", "/operator/pauses/" + GatewayClient.P1, sent)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void a_reason_of_maximum_length_is_kept_in_full() {
        operator.pause(GatewayClient.P1, "a test");
        var id = attachFixture.attach("Prefer", "respond-async").operationId();
        var reason = "x".repeat(499) + "y";
        var released = operator.release(attachFixture, id, reason);
        assertThat(released.json().at("/operation_error/message").asText()).isEqualTo("Released: " + reason);
        assertThat(row("select reason from audit where operation_id = $1 order by id desc limit 1", id)
                        .getString("reason"))
                .isEqualTo("Released: " + reason);
    }
}
