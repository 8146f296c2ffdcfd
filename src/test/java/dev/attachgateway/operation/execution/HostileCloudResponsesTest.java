package dev.attachgateway.operation.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.upstream.http.CloudClock;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that malformed responses of the cloud or of a proxy are never taken for valid ones. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class HostileCloudResponsesTest {
    @Inject
    CloudClock clock;

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
                .faults(Fault.status("attach", 400, "ModelArts.7000", "no\u0000thing\nof the sort.")
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

    /** Responses of an intermediary, and of the cloud with a damaged code, after the cloud carried the attach out. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "429 | {'slow':'down'}",
                "429 | {'error':{'code':'rate_limited','message':'slow down'}}",
                "429 | {'error_code':'rate_limited','error_msg':'slow down'}",
                "409 | {'error':{'code':409,'message':'conflict'}}",
                "404 | {'itemNotFound':{'code':404,'message':'no route'}}",
                "403 | {'error':{'code':'WAF-1001','message':'blocked'}}",
                "401 | {'error':'login required'}",
                "400 | {'error_code':'','error_msg':''}",
                "400 | {'error_code':'ModelArts.7000'}",
                "400 | {'code':'ModelArts.7000','message':'no'}",
                "307 | {}",
                "500 | {'error':{'code':500,'message':'no'}}"
            })
    void a_response_that_is_not_the_clouds_leads_to_one_effect_and_success(int status, String body) throws IOException {
        attachFixture
                .cloud()
                .faults(Fault.status("attach", status)
                        .body(new ObjectMapper().readTree(body.replace('\'', '"')))
                        .disk(attachFixture.disk())
                        .after()
                        .times(1));
        var answer = attachFixture.attach();
        attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    private Fault operation(String id, String status) {
        return Fault.status("operation", 200)
                .body(JsonNodeFactory.instance
                        .objectNode()
                        .put("operation_id", id)
                        .put("operation_status", status)
                        .put("operation_type", "node_attach_volume"))
                .disk(attachFixture.disk());
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "success"})
    void the_result_of_another_operation_is_not_taken_for_the_result(String status) {
        attachFixture.cloud().behaviour(Map.of("attach_ms", 600));
        attachFixture
                .cloud()
                .faults(operation("00000000-0000-4000-8000-000000000000", status)
                        .times(2));
        var answer = attachFixture.attach();
        attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(attachFixture.cloud().requests("operation", attachFixture.disk()))
                .hasSizeGreaterThan(2);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void a_failure_reported_while_the_disk_is_attached_is_in_doubt_and_settled_by_the_disk() {
        attachFixture.cloud().behaviour(Map.of("attach_ms", 0));
        attachFixture.cloud().faults(operation("{operation}", "failed"));
        var answer = attachFixture.attach();
        attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(attachFixture.story(answer.operationId()))
                .anySatisfy(event ->
                        assertThat(event.json().path("unsettled").asBoolean()).isTrue());
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void a_status_that_nobody_knows_is_looked_up_on_the_disk() {
        attachFixture.cloud().behaviour(Map.of("attach_ms", 0));
        attachFixture.cloud().faults(operation("{operation}", "completed"));
        attachFixture.awaitStatus(attachFixture.attach().operationId(), "success");
        // Well before operation.completion-timeout, after which the operation would be unsettled.
        assertThat(attachFixture.cloud().requests("operation", attachFixture.disk()))
                .hasSizeLessThan(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "volume"})
    void a_server_or_disk_with_another_id_is_not_checked(String call) {
        var other = call.equals("server")
                ? AttachFixture.set().cloud().server(attachFixture.server()).deepCopy()
                : attachFixture.cloud().volume(attachFixture.disk()).deepCopy();
        ((ObjectNode) other).put("id", "00000000-0000-4000-8000-000000000000");
        var body = call.equals("server")
                ? other
                : JsonNodeFactory.instance.objectNode().set("volume", other);
        attachFixture
                .cloud()
                .faults(
                        call.equals("server")
                                ? Fault.status(call, 200).body(body).server(attachFixture.server())
                                : Fault.status(call, 200).body(body).disk(attachFixture.disk()));
        assertThat(attachFixture.attach().code()).isEqualTo("Gateway.CloudNotReadable");
        assertThat(attachFixture.sends()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "attach, ModelArts.6528, 422",
        "attach, EVS.1027, 422",
        "attach, ModelArts.0108, 502",
        "volume, EVS.1027, 422",
        "volume, EVS.5403, 502"
    })
    void a_403_about_the_resource_reaches_the_caller_and_one_about_the_credential_does_not(
            String call, String code, int status) {
        attachFixture
                .cloud()
                .faults(Fault.status(call, 403, code, "The disk is frozen.").disk(attachFixture.disk()));
        var answer = attachFixture.attach();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        if (status == 422) {
            assertThat(answer.text("error_msg")).isEqualTo("The disk is frozen");
        } else {
            assertThat(answer.body()).doesNotContain("frozen");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void one_response_with_an_old_date_does_not_date_the_next_signature(boolean isMarkedAsCached) {
        var outlier = Fault.status("volume", 200)
                .body(JsonNodeFactory.instance
                        .objectNode()
                        .set("volume", attachFixture.cloud().volume(attachFixture.disk())))
                .header(
                        "Date",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                OffsetDateTime.now(ZoneOffset.UTC).minusMinutes(20)))
                .disk(attachFixture.disk())
                .times(1);
        attachFixture.cloud().faults(isMarkedAsCached ? outlier.header("Age", "1200") : outlier);
        var answer = attachFixture.attach();
        attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(clock.skew()).isLessThan(Duration.ofMinutes(1));
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
