package dev.attachgateway.operation.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Answer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.PracticeCloud.Fault;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Scene;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a request whose answer was lost, counted at the cloud's own door. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class SettlementStepTest {
    private Scene scene;

    @BeforeEach
    void set() {
        scene = Scene.set();
    }

    private static Fault fault(int status, String kind) {
        return status == 0 ? Fault.kind("attach", kind) : Fault.status("attach", status);
    }

    private Answer attachWithLostAnswer(Fault fault) {
        scene.cloud().faults(fault.disk(scene.disk()).times(1));
        var answer = scene.attach("Prefer", "wait=20");
        assertThat(answer.status()).isEqualTo(202);
        return answer;
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"500, status", "502, status", "504, status", "503, status", "0, drop", "0, hang"})
    void a_request_that_was_carried_out_is_adopted_and_not_sent_again(int status, String kind) {
        scene.cloud().behaviour(Map.of("stuck", true));
        var answer = attachWithLostAnswer(fault(status, kind).after());
        assertThat(scene.attachAs("team-1").code()).isEqualTo("Gateway.DiskReserved");
        scene.cloud().behaviour(Map.of("stuck", false));
        var ended = scene.awaitStatus(answer.operationId(), "success");
        assertThat(ended.path("attempts").asInt()).isEqualTo(1);
        assertThat(scene.story(answer.operationId()))
                .anySatisfy(event ->
                        assertThat(event.json().path("unsettled").asBoolean()).isTrue());
        assertThat(scene.sends()).isEqualTo(1);
        assertThat(scene.effects()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"500, status", "0, drop", "0, hang"})
    void a_request_of_which_nothing_happened_is_sent_again_once_that_is_certain(int status, String kind) {
        var answer = attachWithLostAnswer(fault(status, kind));
        var operation = scene.awaitUnsettled(answer.operationId());
        assertThat(operation.path("operation_status").asText()).isEqualTo("running");
        assertThat(operation.path("step").asText()).isEqualTo("unsettled");
        assertThat(operation.path("detail").asText())
                .contains("unknown", "stays reserved")
                .endsWith(".");
        assertThat(operation.has("operation_error")).isFalse();
        assertThat(scene.attachAs("team-1").code()).isEqualTo("Gateway.DiskReserved");
        assertThat(scene.attach("Prefer", "wait=1").operationId()).isEqualTo(answer.operationId());
        assertThat(scene.sends()).isEqualTo(1);

        var ended = scene.awaitStatus(answer.operationId(), "success");
        assertThat(ended.path("attempts").asInt()).isEqualTo(2);
        assertThat(scene.sends()).isEqualTo(2);
        assertThat(scene.effects()).isEqualTo(1);
    }

    @Test
    void the_second_request_leaves_only_after_the_first_can_be_taken_no_more() {
        var answer = attachWithLostAnswer(Fault.kind("attach", "drop"));
        scene.awaitStatus(answer.operationId(), "success");
        var sends = scene.cloud().requests("attach", scene.disk());
        var first = java.time.Instant.parse(sends.getFirst().path("at").asText());
        var second = java.time.Instant.parse(sends.getLast().path("at").asText());
        assertThat(second).isAfter(first.plusMillis(3_000));
    }

    @Test
    void a_request_that_is_lost_each_time_is_given_up_and_the_disk_is_free_again() {
        scene.cloud().faults(Fault.kind("attach", "drop").disk(scene.disk()));
        var id = scene.attach().operationId();
        var ended = scene.awaitStatus(id, "failed");
        assertThat(ended.at("/operation_error/code").asText()).isEqualTo("Gateway.NotSent");
        assertThat(scene.sends()).isEqualTo(2);
        assertThat(scene.effects()).isZero();
        scene.cloud().faults();
        scene.awaitStatus(scene.attachAs("team-1").operationId(), "success");
    }

    @Test
    void a_refusal_after_a_lost_answer_is_final_only_once_the_disk_is_seen_untouched() {
        scene.cloud()
                .faults(
                        Fault.kind("attach", "drop").disk(scene.disk()).times(1),
                        Fault.status("attach", 400, "ModelArts.7000", "No.").disk(scene.disk()));
        var id = scene.attach().operationId();
        var doubt = scene.awaitOperation(
                id, operation -> operation.path("detail").asText().contains("ModelArts.7000"));
        assertThat(doubt.path("unsettled").asBoolean()).isTrue();
        var ended = scene.awaitStatus(id, "failed");
        assertThat(ended.at("/operation_error/code").asText()).isEqualTo("ModelArts.7000");
        assertThat(scene.sends()).isEqualTo(2);
        assertThat(scene.effects()).isZero();
    }

    @Test
    void an_attach_that_was_taken_and_came_to_nothing_fails_and_is_not_sent_again() {
        scene.cloud().behaviour(Map.of("fail_code", "ModelArts.9001", "attach_ms", 1500));
        var answer = attachWithLostAnswer(Fault.kind("attach", "drop").after());
        var ended = scene.awaitStatus(answer.operationId(), "failed");
        assertThat(ended.at("/operation_error/code").asText()).isEqualTo("Gateway.Undone");
        assertThat(scene.sends()).isEqualTo(1);
        assertThat(scene.effects()).isEqualTo(1);
    }
}
