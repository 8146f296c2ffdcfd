package dev.attachgateway.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that a pause holds all sends, that its end wakes waiting operations, and that its scope needs a grant. */
@QuarkusTest
@TestProfile(SlowPollingProfile.class)
@WithTestResource(PostgresForTests.class)
class PausesTest {
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
    void resumeAll() {
        operator.resume(GatewayClient.P1);
        operator.resume("*");
    }

    private void awaitPaused(String id) {
        attachFixture.awaitOperation(
                id, operation -> operation.path("detail").asText().equals("Sends are paused by an operator."));
    }

    @ParameterizedTest
    @ValueSource(strings = {GatewayClient.P1, "*"})
    void a_pause_holds_sends_and_its_end_wakes_waiting_operations(String scope) {
        var paused = operator.pause(scope, "maintenance of the cloud");
        assertThat(paused.status()).as(paused.body()).isEqualTo(200);
        assertThat(paused.text("paused_by")).isEqualTo("sandbox:operator");
        var id = attachFixture.attach("Prefer", "respond-async").operationId();
        awaitPaused(id);
        assertThat(attachFixture.sends()).isZero();
        assertThat(operator.get("pauses").json().at("/pauses/0/reason").asText())
                .isEqualTo("maintenance of the cloud");

        assertThat(operator.resume(scope).json().path("pauses")).isEmpty();
        attachFixture.awaitStatus(id, "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void a_pause_of_one_project_does_not_affect_others() {
        operator.pause(GatewayClient.P2, "a test");
        try {
            attachFixture.awaitStatus(attachFixture.attach().operationId(), "success");
        } finally {
            operator.resume(GatewayClient.P2);
        }
    }

    @Test
    void an_operation_paused_during_its_last_read_is_not_sent() {
        operator.pause(GatewayClient.P1, "so that it is queued");
        var id = attachFixture.attach("Prefer", "respond-async").operationId();
        awaitPaused(id);
        attachFixture
                .cloud()
                .faults(Fault.delay("server", Duration.ofSeconds(1)).server(attachFixture.server()));
        var reads = serverReads();
        operator.resume(GatewayClient.P1);
        Awaitility.await().atMost(LIMIT).until(() -> serverReads() > reads);
        assertThat(operator.pause(GatewayClient.P1, "once more").status()).isEqualTo(200);
        // This read begins after the other one and takes as long, so that the other one has ended when it ends.
        var other =
                attachFixture.with(attachFixture.server(), attachFixture.cloud().newVolume());
        var later = other.attach("Prefer", "respond-async").operationId();
        awaitPaused(later);
        assertThat(attachFixture.sends()).isZero();
        operator.resume(GatewayClient.P1);
        attachFixture.awaitStatus(id, "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    private long serverReads() {
        return attachFixture.cloud().requests().stream()
                .filter(request -> request.path("call").asText().equals("server")
                        && request.path("server_id").asText().equals(attachFixture.server()))
                .count();
    }

    @Test
    void resuming_one_project_returns_the_pause_of_all_projects() {
        operator.pause("*", "everywhere");
        operator.pause(GatewayClient.P1, "here");
        var remaining = operator.resume(GatewayClient.P1);
        assertThat(remaining.status()).isEqualTo(200);
        assertThat(remaining.json().path("pauses").findValuesAsText("project_id"))
                .containsExactly("*");
        assertThat(operator.as("team-1")
                        .get("pauses?project_id=" + GatewayClient.P1)
                        .json()
                        .path("pauses"))
                .hasSize(1);
        assertThat(operator.resume(GatewayClient.P1).status()).isEqualTo(200);
    }

    @Test
    void operator_requests_are_limited_to_the_grant() {
        var ofProject = operator.as("team-1");
        var ofServer = operator.as("team-2");
        assertThat(ofProject.pause(GatewayClient.P1, "a test").status()).isEqualTo(200);
        for (var refused : List.of(
                ofProject.pause("*", "a test"),
                ofProject.pause(GatewayClient.P2, "a test"),
                ofProject.resume("*"),
                ofProject.get("pauses"),
                ofProject.get("operations?state=unsettled"),
                ofProject.get("guards"),
                ofProject.force("evs", "open"),
                ofServer.pause(GatewayClient.P1, "a test"),
                ofServer.resume(GatewayClient.P1),
                operator.as("viewer").pause(GatewayClient.P1, "a test"),
                operator.as("viewer").get("operations?state=unsettled&project_id=" + GatewayClient.P1))) {
            assertThat(refused.status()).as(refused.body()).isEqualTo(403);
            assertThat(refused.code()).isEqualTo("Gateway.NotGranted");
        }
        assertThat(attachFixture.gateway().get("/operator/pauses").status()).isEqualTo(401);
        assertThat(attachFixture.gateway().get("/operator/nothing").status()).isEqualTo(401);
        assertThat(operator.get("pauses").json().path("pauses")).hasSize(1);
    }

    @Test
    void pauses_are_audited() {
        operator.pause(GatewayClient.P1, "for the record");
        operator.resume(GatewayClient.P1);
        operator.as("viewer").pause(GatewayClient.P1, "a test");
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(auditEntries())
                        .contains(
                                "operator operate allowed Paused: for the record",
                                "operator operate allowed Resumed.",
                                "viewer operate denied No grant lets the caller operate here."));
    }

    private List<String> auditEntries() {
        var entries = new java.util.ArrayList<String>();
        pool.preparedQuery(
                        "select concat_ws(' ', subject, action, verdict, reason) as line from audit where project_id = $1")
                .execute(Tuple.of(GatewayClient.P1))
                .await()
                .atMost(LIMIT)
                .forEach(row -> entries.add(row.getString("line")));
        return entries;
    }

    @ParameterizedTest
    @ValueSource(strings = {"under_score", "a.b", "%2A%2A"})
    void invalid_pause_scopes_are_rejected_with_400(String scope) {
        assertThat(operator.pause(scope, "a test").status()).isEqualTo(400);
        assertThat(operator.get("pauses?project_id=" + scope).status()).isEqualTo(400);
        assertThat(operator.get("pauses?projectid=x").code()).isEqualTo("Gateway.InvalidRequest");
    }
}
