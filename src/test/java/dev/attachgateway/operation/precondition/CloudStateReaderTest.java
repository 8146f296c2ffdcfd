package dev.attachgateway.operation.precondition;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Server and disk are looked at before anything is sent, also when the cloud makes that hard. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class CloudStateReaderTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
    }

    private Fault about(Fault fault) {
        return fault.json().path("call").asText().equals("server")
                ? fault.server(attachFixture.server())
                : fault.disk(attachFixture.disk());
    }

    @ParameterizedTest
    @CsvSource({"server, status", "volume, status", "server, drop", "volume, drop", "volume, garbage"})
    void one_failed_look_is_repeated_and_nobody_notices(String call, String kind) {
        var fault = kind.equals("status") ? Fault.status(call, 500) : Fault.kind(call, kind);
        attachFixture.cloud().faults(about(fault).times(1));
        var answer = attachFixture.attach();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "volume"})
    void what_cannot_be_looked_at_is_not_sent_and_the_disk_is_free_again(String call) {
        attachFixture.cloud().faults(about(Fault.status(call, 500)));
        var answer = attachFixture.attach();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("Gateway.CloudNotReadable");
        assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
        assertThat(answer.text("next_step")).contains("respond-async");
        assertThat(attachFixture
                        .operation(answer.operationId())
                        .path("operation_status")
                        .asText())
                .isEqualTo("failed");
        assertThat(attachFixture.sends()).isZero();

        attachFixture.cloud().faults();
        attachFixture.awaitStatus(attachFixture.attachAs("team-1").operationId(), "success");
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void for_a_caller_who_has_left_it_keeps_trying() {
        attachFixture.cloud().faults(about(Fault.status("volume", 500)));
        var answer = attachFixture.attach("Prefer", "respond-async");
        assertThat(answer.status()).isEqualTo(202);
        var waiting = attachFixture.awaitOperation(
                answer.operationId(),
                operation -> operation.path("step").asText().equals("waiting"));
        assertThat(waiting.path("operation_status").asText()).isEqualTo("pending");
        assertThat(waiting.path("detail").asText()).startsWith("Server and disk cannot be looked at");
        assertThat(attachFixture.attachAs("team-1").code()).isEqualTo("Gateway.DiskReserved");
        attachFixture.cloud().faults();
        attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void it_does_not_try_for_ever() {
        attachFixture.cloud().faults(about(Fault.status("server", 503)));
        var answer = attachFixture.attach("Prefer", "respond-async");
        var failed = attachFixture.awaitStatus(answer.operationId(), "failed");
        assertThat(failed.at("/operation_error/code").asText()).isEqualTo("Gateway.CloudNotReadable");
        assertThat(attachFixture.sends()).isZero();
    }

    @Test
    void a_credential_the_cloud_refuses_is_the_gateways_own_fault() {
        attachFixture.cloud().faults(about(Fault.status("volume", 403)));
        var answer = attachFixture.attach();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.code()).isEqualTo("EVS.5403");
        assertThat(attachFixture.sends()).isZero();
    }
}
