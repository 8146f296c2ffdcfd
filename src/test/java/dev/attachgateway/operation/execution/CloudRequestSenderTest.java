package dev.attachgateway.operation.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
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
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves how each response of the cloud ends an attach, with sends and effects counted by the sandbox. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class CloudRequestSenderTest {
    @Inject
    Pool pool;

    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    private Fault attach(int status, String code) {
        return Fault.status("attach", status, code, "Injected by the test.").disk(attachFixture.disk());
    }

    @ParameterizedTest
    @CsvSource({
        "429, APIGW.0308, 1",
        "429, APIGW.0308, 4",
        "429, ModelArts.6101, 1",
        "400, ModelArts.6357, 1",
        "400, ModelArts.6357, 4",
        "503, APIGW.0613, 1"
    })
    void a_request_that_did_not_start_is_resent_and_has_one_effect(int status, String code, int times) {
        attachFixture.cloud().faults(attach(status, code).times(times));
        var answer = attachFixture.attach("Prefer", "wait=20");
        assertThat(answer.status()).isEqualTo(200);
        attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(times + 1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void a_request_that_never_starts_fails_and_frees_the_disk() {
        attachFixture.cloud().faults(attach(429, "APIGW.0308"));
        var answer = attachFixture.attach("Prefer", "wait=30");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("Gateway.NotSent");
        assertThat(attachFixture
                        .operation(answer.operationId())
                        .at("/operation_error/code")
                        .asText())
                .isEqualTo("Gateway.NotSent");
        assertThat(attachFixture.effects()).isZero();
        attachFixture.cloud().faults();
        attachFixture.awaitStatus(attachFixture.attachAs("team-1").operationId(), "success");
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void an_operation_taken_over_after_its_deadline_is_not_sent() {
        var id = UUID.randomUUID();
        pool.preparedQuery("insert into operation (operation_id, project_id, server_id, volume_id, type, caller_issuer,"
                        + " caller_subject, caller_groups, request_id, step, status, attempts, answer_by, deadline, next_step_at)"
                        + " values ($1, $2, $3, $4, 'node_attach_volume', 'sandbox', 'attacher', $5, repeat('0', 32), 'waiting', 'pending', 1,"
                        + " now() - interval '2 hours', now() - interval '1 hour', now())")
                .execute(Tuple.of(
                        id,
                        GatewayClient.P1,
                        UUID.fromString(attachFixture.server()),
                        UUID.fromString(attachFixture.disk()),
                        new String[] {"attachers"}))
                .await()
                .atMost(Timeouts.CONDITION);
        attachFixture.awaitStatus(id.toString(), "failed");
        assertThat(attachFixture
                        .operation(id.toString())
                        .at("/operation_error/code")
                        .asText())
                .isEqualTo("Gateway.NotSent");
        assertThat(attachFixture.sends()).isZero();
    }

    @Test
    void the_intent_is_committed_before_the_request_arrives() {
        attachFixture
                .cloud()
                .faults(Fault.delay("attach", Duration.ofMillis(1500)).disk(attachFixture.disk()));
        var id = attachFixture.attach("Prefer", "respond-async").operationId();
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> attachFixture.sends() == 1);
        var meanwhile = attachFixture.operation(id);
        assertThat(meanwhile.path("step").asText()).isEqualTo("sending");
        assertThat(meanwhile.path("attempts").asInt()).isEqualTo(1);
        attachFixture.awaitStatus(id, "success");
    }

    @ParameterizedTest
    @CsvSource({
        "400, ModelArts.7000, 422",
        "400, ModelArts.6327, 422",
        "409, ModelArts.4242, 422",
        "404, APIGW.0101, 422",
        "400, ModelArts.6404, 404",
        "403, ModelArts.0108, 502",
        "403, ModelArts.0210, 502",
        "401, APIGW.0301, 502"
    })
    void a_refusal_of_the_cloud_fails_the_operation_with_the_clouds_code(int status, String code, int expectedStatus) {
        attachFixture.cloud().faults(attach(status, code));
        var answer = attachFixture.attach();
        assertThat(answer.status()).isEqualTo(expectedStatus);
        assertThat(answer.code()).isEqualTo(code);
        // An error about the gateway's own credential may name it, so that only operators get its message.
        assertThat(answer.body().contains("Injected by the test")).isEqualTo(expectedStatus != 502);
        assertThat(attachFixture
                        .operation(answer.operationId())
                        .at("/operation_error/code")
                        .asText())
                .isEqualTo(code);
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isZero();

        attachFixture.cloud().faults();
        assertThat(attachFixture.attachAs("team-1").status()).isEqualTo(200);
    }

    @Test
    void a_refusal_without_the_clouds_envelope_has_an_unknown_outcome() {
        attachFixture
                .cloud()
                .faults(Fault.status("attach", 400)
                        .body(com.fasterxml.jackson.databind.node.TextNode.valueOf("<html>Bad Request</html>"))
                        .disk(attachFixture.disk()));
        var answer = attachFixture.attach();
        assertThat(answer.status()).isEqualTo(202);
        assertThat(attachFixture
                        .operation(answer.operationId())
                        .path("unsettled")
                        .asBoolean())
                .isTrue();
    }
}
