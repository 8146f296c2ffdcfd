package dev.attachgateway.operation.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves how requests with a lost response are settled, by the sends and effects that the cloud itself counts. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class SettlementStepTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
    }

    private static Fault fault(int status, String kind) {
        return status == 0 ? Fault.kind("attach", kind) : Fault.status("attach", status);
    }

    private HttpAnswer attachWithLostResponse(Fault fault) {
        attachFixture.cloud().faults(fault.disk(attachFixture.disk()).times(1));
        var response = attachFixture.attach("Prefer", "wait=20");
        assertThat(response.status()).isEqualTo(202);
        return response;
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"500, status", "502, status", "504, status", "503, status", "0, drop", "0, hang"})
    void an_applied_request_is_adopted_and_not_retried(int status, String kind) {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var response = attachWithLostResponse(fault(status, kind).after());
        assertThat(attachFixture.attachAs("team-1").code()).isEqualTo("Gateway.DiskReserved");
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        var ended = attachFixture.awaitStatus(response.operationId(), "success");
        assertThat(ended.path("attempts").asInt()).isEqualTo(1);
        assertThat(attachFixture.story(response.operationId()))
                .anySatisfy(event ->
                        assertThat(event.json().path("unsettled").asBoolean()).isTrue());
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"500, status", "0, drop", "0, hang"})
    void a_request_that_certainly_was_not_applied_is_retried(int status, String kind) {
        var response = attachWithLostResponse(fault(status, kind));
        var operation = attachFixture.awaitUnsettled(response.operationId());
        assertThat(operation.path("operation_status").asText()).isEqualTo("running");
        assertThat(operation.path("step").asText()).isEqualTo("unsettled");
        assertThat(operation.path("detail").asText())
                .contains("unknown", "stays reserved")
                .endsWith(".");
        assertThat(operation.has("operation_error")).isFalse();
        assertThat(attachFixture.attachAs("team-1").code()).isEqualTo("Gateway.DiskReserved");
        assertThat(attachFixture.attach("Prefer", "wait=1").operationId()).isEqualTo(response.operationId());
        assertThat(attachFixture.sends()).isEqualTo(1);

        var ended = attachFixture.awaitStatus(response.operationId(), "success");
        assertThat(ended.path("attempts").asInt()).isEqualTo(2);
        assertThat(attachFixture.sends()).isEqualTo(2);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void the_retry_is_sent_after_the_acceptance_window_of_the_first_request() {
        var response = attachWithLostResponse(Fault.kind("attach", "drop"));
        attachFixture.awaitStatus(response.operationId(), "success");
        var sends = attachFixture.cloud().requests("attach", attachFixture.disk());
        var first = Instant.parse(sends.getFirst().path("at").asText());
        var second = Instant.parse(sends.getLast().path("at").asText());
        assertThat(second).isAfter(first.plusMillis(3_000));
    }

    @Test
    void a_request_lost_each_time_fails_and_releases_the_disk() {
        attachFixture.cloud().faults(Fault.kind("attach", "drop").disk(attachFixture.disk()));
        var id = attachFixture.attach().operationId();
        var ended = attachFixture.awaitStatus(id, "failed");
        assertThat(ended.at("/operation_error/code").asText()).isEqualTo("Gateway.NotSent");
        assertThat(attachFixture.sends()).isEqualTo(2);
        assertThat(attachFixture.effects()).isZero();
        attachFixture.cloud().faults();
        attachFixture.awaitStatus(attachFixture.attachAs("team-1").operationId(), "success");
    }

    @Test
    void a_refusal_after_a_lost_response_is_final_once_the_disk_is_seen_unchanged() {
        attachFixture
                .cloud()
                .faults(
                        Fault.kind("attach", "drop").disk(attachFixture.disk()).times(1),
                        Fault.status("attach", 400, "ModelArts.7000", "No.").disk(attachFixture.disk()));
        var id = attachFixture.attach().operationId();
        var unsettled = attachFixture.awaitOperation(
                id, operation -> operation.path("detail").asText().contains("ModelArts.7000"));
        assertThat(unsettled.path("unsettled").asBoolean()).isTrue();
        var ended = attachFixture.awaitStatus(id, "failed");
        assertThat(ended.at("/operation_error/code").asText()).isEqualTo("ModelArts.7000");
        assertThat(attachFixture.sends()).isEqualTo(2);
        assertThat(attachFixture.effects()).isZero();
    }

    @Test
    void an_accepted_attach_that_was_rolled_back_fails_without_a_retry() {
        attachFixture.cloud().behaviour(Map.of("fail_code", "ModelArts.9001", "attach_ms", 1500));
        var response = attachWithLostResponse(Fault.kind("attach", "drop").after());
        var ended = attachFixture.awaitStatus(response.operationId(), "failed");
        assertThat(ended.at("/operation_error/code").asText()).isEqualTo("Gateway.RolledBack");
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }
}
