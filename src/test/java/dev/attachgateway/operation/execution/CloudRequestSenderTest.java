package dev.attachgateway.operation.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Gateway;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.PracticeCloud.Fault;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Scene;
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

/** What the cloud makes of an attach that is sent, counted at its own door. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class CloudRequestSenderTest {
    @Inject
    Pool pool;

    private Scene scene;

    @BeforeEach
    void set() {
        scene = Scene.set();
    }

    private Fault attach(int status, String code) {
        return Fault.status("attach", status, code, "The practice cloud was told to say so.")
                .disk(scene.disk());
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
    void what_did_not_begin_is_sent_again_and_has_one_effect(int status, String code, int times) {
        scene.cloud().faults(attach(status, code).times(times));
        var answer = scene.attach("Prefer", "wait=20");
        assertThat(answer.status()).isEqualTo(200);
        scene.awaitStatus(answer.operationId(), "success");
        assertThat(scene.sends()).isEqualTo(times + 1);
        assertThat(scene.effects()).isEqualTo(1);
    }

    @Test
    void what_never_begins_is_given_up_and_the_disk_is_free_again() {
        scene.cloud().faults(attach(429, "APIGW.0308"));
        var answer = scene.attach("Prefer", "wait=30");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("Gateway.NotSent");
        assertThat(scene.operation(answer.operationId())
                        .at("/operation_error/code")
                        .asText())
                .isEqualTo("Gateway.NotSent");
        assertThat(scene.effects()).isZero();
        scene.cloud().faults();
        scene.awaitStatus(scene.attachAs("team-1").operationId(), "success");
        assertThat(scene.effects()).isEqualTo(1);
    }

    @Test
    void what_is_found_again_after_its_deadline_is_not_sent_any_more() {
        var id = UUID.randomUUID();
        pool.preparedQuery("insert into operation (operation_id, project_id, server_id, volume_id, type, caller_issuer,"
                        + " caller_subject, caller_groups, request_id, step, status, attempts, answer_by, deadline, next_step_at)"
                        + " values ($1, $2, $3, $4, 'node_attach_volume', 'sandbox', 'attacher', $5, repeat('0', 32), 'waiting', 'pending', 1,"
                        + " now() - interval '2 hours', now() - interval '1 hour', now())")
                .execute(Tuple.of(
                        id, Gateway.P1, UUID.fromString(scene.server()), UUID.fromString(scene.disk()), new String[] {
                            "attachers"
                        }))
                .await()
                .atMost(Timeouts.CONDITION);
        scene.awaitStatus(id.toString(), "failed");
        assertThat(scene.operation(id.toString()).at("/operation_error/code").asText())
                .isEqualTo("Gateway.NotSent");
        assertThat(scene.sends()).isZero();
    }

    @Test
    void the_intent_is_on_record_before_the_request_arrives() {
        scene.cloud().faults(Fault.delay("attach", Duration.ofMillis(1500)).disk(scene.disk()));
        var id = scene.attach("Prefer", "respond-async").operationId();
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> scene.sends() == 1);
        var meanwhile = scene.operation(id);
        assertThat(meanwhile.path("step").asText()).isEqualTo("sending");
        assertThat(meanwhile.path("attempts").asInt()).isEqualTo(1);
        scene.awaitStatus(id, "success");
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
    void a_refusal_of_the_cloud_ends_it_with_the_clouds_own_code(int status, String code, int answered) {
        scene.cloud().faults(attach(status, code));
        var answer = scene.attach();
        assertThat(answer.status()).isEqualTo(answered);
        assertThat(answer.code()).isEqualTo(code);
        // What the cloud says about the gateway's own credential may name it, and is for the operator alone.
        assertThat(answer.body().contains("told to say so")).isEqualTo(answered != 502);
        assertThat(scene.operation(answer.operationId())
                        .at("/operation_error/code")
                        .asText())
                .isEqualTo(code);
        assertThat(scene.sends()).isEqualTo(1);
        assertThat(scene.effects()).isZero();

        scene.cloud().faults();
        assertThat(scene.attachAs("team-1").status()).isEqualTo(200);
    }

    @Test
    void a_refusal_without_the_clouds_envelope_is_of_unknown_outcome() {
        scene.cloud()
                .faults(Fault.status("attach", 400)
                        .body(com.fasterxml.jackson.databind.node.TextNode.valueOf("<html>Bad Request</html>"))
                        .disk(scene.disk()));
        var answer = scene.attach();
        assertThat(answer.status()).isEqualTo(202);
        assertThat(scene.operation(answer.operationId()).path("unsettled").asBoolean())
                .isTrue();
    }
}
