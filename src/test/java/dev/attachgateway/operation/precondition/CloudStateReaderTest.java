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

/** Proves that nothing is sent before server and disk were read, also when the cloud's reads fail. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class CloudStateReaderTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
    }

    private Fault forFixture(Fault fault) {
        return fault.json().path("call").asText().equals("server")
                ? fault.server(attachFixture.server())
                : fault.disk(attachFixture.disk());
    }

    @ParameterizedTest
    @CsvSource({"server, status", "volume, status", "server, drop", "volume, drop", "volume, garbage"})
    void a_single_failed_read_is_retried_transparently(String call, String kind) {
        var fault = kind.equals("status") ? Fault.status(call, 500) : Fault.kind(call, kind);
        attachFixture.cloud().faults(forFixture(fault).times(1));
        var response = attachFixture.attach();
        assertThat(response.status()).isEqualTo(200);
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "volume"})
    void an_unreadable_server_or_disk_fails_the_attach_and_releases_the_disk(String call) {
        attachFixture.cloud().faults(forFixture(Fault.status(call, 500)));
        var response = attachFixture.attach();
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.code()).isEqualTo("Gateway.CloudNotReadable");
        assertThat(response.header("Retry-After")).matches("[1-9][0-9]*");
        assertThat(response.text("next_step")).contains("respond-async");
        assertThat(attachFixture
                        .operation(response.operationId())
                        .path("operation_status")
                        .asText())
                .isEqualTo("failed");
        assertThat(attachFixture.sends()).isZero();

        attachFixture.cloud().faults();
        attachFixture.awaitStatus(attachFixture.attachAs("team-1").operationId(), "success");
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void failed_reads_are_retried_for_an_asynchronous_request() {
        attachFixture.cloud().faults(forFixture(Fault.status("volume", 500)));
        var response = attachFixture.attach("Prefer", "respond-async");
        assertThat(response.status()).isEqualTo(202);
        var waiting = attachFixture.awaitOperation(
                response.operationId(),
                operation -> operation.path("step").asText().equals("waiting"));
        assertThat(waiting.path("operation_status").asText()).isEqualTo("pending");
        assertThat(waiting.path("detail").asText()).startsWith("Server and disk could not be read");
        assertThat(attachFixture.attachAs("team-1").code()).isEqualTo("Gateway.DiskReserved");
        attachFixture.cloud().faults();
        attachFixture.awaitStatus(response.operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void retries_of_failed_reads_end_at_the_deadline() {
        attachFixture.cloud().faults(forFixture(Fault.status("server", 503)));
        var response = attachFixture.attach("Prefer", "respond-async");
        var failed = attachFixture.awaitStatus(response.operationId(), "failed");
        assertThat(failed.at("/operation_error/code").asText()).isEqualTo("Gateway.CloudNotReadable");
        assertThat(attachFixture.sends()).isZero();
    }

    @Test
    void a_refused_gateway_credential_is_reported_as_502() {
        attachFixture.cloud().faults(forFixture(Fault.status("volume", 403)));
        var response = attachFixture.attach();
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.code()).isEqualTo("EVS.5403");
        assertThat(attachFixture.sends()).isZero();
    }
}
