package dev.attachgateway.operation.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that malformed responses of the cloud or of a proxy are never taken for valid ones. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class HostileCloudResponsesTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../other?x=", "a b{}|%zz", "id\u0000"})
    void an_acceptance_with_an_invalid_id_has_an_unknown_outcome(String id) {
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("operation_id", id)
                .put("operation_status", "pending")
                .put("operation_type", "node_attach_volume");
        attachFixture
                .cloud()
                .faults(Fault.status("attach", 200)
                        .body(body)
                        .disk(attachFixture.disk())
                        .times(1));

        attachFixture.awaitUnsettled(attachFixture.attach("Prefer", "wait=1").operationId());
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void control_characters_in_the_clouds_error_do_not_keep_an_operation_from_ending() {
        attachFixture
                .cloud()
                .faults(Fault.status("attach", 400, "ModelArts.7\u00000", "no\u0000thing\nof the sort.")
                        .disk(attachFixture.disk()));

        var answer = attachFixture.attach();

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text("error_msg")).isEqualTo("no thing of the sort");
        assertThat(attachFixture
                        .operation(answer.operationId())
                        .path("operation_status")
                        .asText())
                .isEqualTo("failed");
    }

    @Test
    void a_429_without_the_clouds_envelope_is_not_retried() {
        var body = JsonNodeFactory.instance.objectNode().put("slow", "down");
        attachFixture
                .cloud()
                .faults(Fault.status("attach", 429)
                        .body(body)
                        .disk(attachFixture.disk())
                        .times(1));

        attachFixture.awaitUnsettled(attachFixture.attach("Prefer", "wait=1").operationId());
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void a_server_without_a_status_is_not_checked() {
        attachFixture
                .cloud()
                .faults(Fault.status("server", 200)
                        .body(JsonNodeFactory.instance.objectNode())
                        .server(attachFixture.server()));

        var answer = attachFixture.attach();

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("Gateway.CloudNotReadable");
        assertThat(attachFixture.sends()).isZero();
    }
}
