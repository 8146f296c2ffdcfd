package dev.attachgateway.sandbox.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.sandbox.SandboxFixture;
import dev.attachgateway.sandbox.SeededSandbox;
import dev.attachgateway.sandbox.http.CallKind;
import dev.attachgateway.sandbox.http.ErrorEnvelopes;
import dev.attachgateway.sandbox.http.SandboxResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that each kind of fault applies to exactly the calls it matches. */
class FaultRegistryTest extends SeededSandbox {

    private static JsonObject fault(String call, String when, String kind) {
        return new JsonObject().put("call", call).put("when", when).put("kind", kind);
    }

    private Object lastStatus() throws Exception {
        JsonArray requests = sandboxFixture.controlArray("requests");
        return requests.getJsonObject(requests.size() - 1).getValue("status");
    }

    @Test
    void an_effect_is_in_the_ledger_before_its_response_is_dropped() throws Exception {
        sandboxFixture.setFaults(fault("attach", "after", "drop").put("times", 1));
        assertThatThrownBy(() -> sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK))
                .isInstanceOf(IOException.class);
        assertThat(sandboxFixture.ledger()).hasSize(1);
        assertThat(lastStatus()).isNull();
    }

    @Test
    void a_call_dropped_before_execution_has_no_effect() throws Exception {
        sandboxFixture.setFaults(fault("attach", "before", "drop").put("times", 1));
        assertThatThrownBy(() -> sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK))
                .isInstanceOf(IOException.class);
        assertThat(sandboxFixture.ledger()).isEmpty();
        assertThat(sandboxFixture.controlArray("requests").getJsonObject(1).getString("volume_id"))
                .isEqualTo(SandboxFixture.DISK);
    }

    @Test
    void a_fault_with_since_applies_only_after_that_call() throws Exception {
        sandboxFixture.setFaults(
                fault("detach", "before", "drop").put("since", "attach").put("volume_id", SandboxFixture.DISK));
        sandboxFixture.detach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertThatThrownBy(() -> sandboxFixture.detach(SandboxFixture.A3, SandboxFixture.DISK))
                .isInstanceOf(IOException.class);
        assertThat(sandboxFixture.ledger()).hasSize(2);
    }

    @Test
    void a_status_fault_has_the_given_body_or_the_default_one() throws Exception {
        sandboxFixture.setFaults(
                fault("attach", "after", "status").put("status", 500).put("times", 1),
                fault("attach", "before", "status")
                        .put("status", 401)
                        .put("times", 1)
                        .put("body", new JsonObject().put("error_code", "APIGW.0307")),
                new JsonObject()
                        .put("call", "attach")
                        .put("kind", "status")
                        .put("status", 418)
                        .put("body", "short and stout"));
        HttpResponse<String> first = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertThat(first.statusCode()).isEqualTo(500);
        assertThat(new JsonObject(first.body()).getString("error_code")).isEqualTo("ModelArts.0010");
        assertThat(sandboxFixture.ledger()).hasSize(1);
        HttpResponse<String> second = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertThat(second.statusCode()).isEqualTo(401);
        assertThat(second.body()).isEqualTo("{\"error_code\":\"APIGW.0307\"}");
        assertThat(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK).body())
                .isEqualTo("short and stout");
        assertThat(sandboxFixture.ledger()).hasSize(1);
        assertThat(lastStatus()).isEqualTo(418);
    }

    @ParameterizedTest
    @CsvSource({
        "attach,429,APIGW.0308",
        "attach,502,APIGW.0201",
        "attach,504,APIGW.0201",
        "operation,503,ModelArts.4302",
        "attach,400,ModelArts.6400",
        "attach,403,ModelArts.0108",
        "attach,401,APIGW.0301"
    })
    void each_status_has_a_default_error_body_of_the_cloud(String call, int status, String code) {
        SandboxResponse sandboxResponse =
                ErrorEnvelopes.defaultResponse(CallKind.fromValue(call).orElseThrow(), status);
        assertThat(sandboxResponse.status()).isEqualTo(status);
        assertThat(sandboxResponse.encodeBody("id")).contains("\"" + code + "\"");
        assertThat(ErrorEnvelopes.defaultResponse(CallKind.VOLUME, status).encodeBody("id"))
                .contains(status < 500 && status != 429 && status != 401 ? "EVS." : "");
    }

    @Test
    void garbage_is_a_200_with_malformed_json() throws Exception {
        sandboxFixture.setFaults(fault("attach", "after", "garbage"));
        HttpResponse<String> response = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> new JsonObject(response.body())).isInstanceOf(RuntimeException.class);
        assertThat(sandboxFixture.ledger()).hasSize(1);
    }

    @Test
    void a_hanging_call_is_executed_and_gets_no_response() throws Exception {
        sandboxFixture.setFaults(fault("attach", "after", "hang"));
        var request = sandboxFixture
                .withToken(
                        SandboxFixture.P1, "/modelarts/v1/{project}/dev-servers/" + SandboxFixture.A3 + "/attachvolume")
                .timeout(Duration.ofMillis(700))
                .POST(BodyPublishers.ofString("{\"volume_id\":\"" + SandboxFixture.DISK + "\"}"));
        assertThatThrownBy(() -> sandboxFixture.send(request)).isInstanceOf(HttpTimeoutException.class);
        assertThat(sandboxFixture.ledger()).hasSize(1);
        assertThat(lastStatus()).isNull();
    }

    @Test
    void a_delayed_call_is_executed_after_the_delay() throws Exception {
        sandboxFixture.setFaults(fault("attach", "before", "delay").put("delay_ms", 300));
        var begun = Instant.now();
        assertThat(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK).statusCode())
                .isEqualTo(200);
        assertThat(Duration.between(begun, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        assertThat(sandboxFixture.ledger()).hasSize(1);
    }

    @Test
    void a_fault_counts_down_to_removal_also_across_a_restart() throws Exception {
        sandboxFixture.setFaults(
                fault("attach", "before", "status").put("status", 429).put("times", 3));
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertThat(sandboxFixture.controlArray("faults").getJsonObject(0).getInteger("times"))
                .isEqualTo(2);
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.restart();
        assertThat(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK).statusCode())
                .isEqualTo(429);
        assertThat(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK).statusCode())
                .isEqualTo(200);
        assertThat(sandboxFixture.controlArray("faults")).isEmpty();
    }

    @Test
    void a_fault_matches_its_ids_and_the_first_match_applies() throws Exception {
        JsonObject busy = fault("attach", "before", "status");
        sandboxFixture.setFaults(
                busy.copy().put("status", 500).put("volume_id", SandboxFixture.OTHER_DISK),
                busy.copy().put("status", 502).put("server_id", SandboxFixture.OTHER_A3),
                busy.copy().put("status", 503).put("project_id", SandboxFixture.P2),
                fault("volume", "before", "status").put("status", 504));
        assertThat(sandboxFixture
                        .attach(SandboxFixture.OTHER_A3, SandboxFixture.OTHER_DISK)
                        .statusCode())
                .isEqualTo(500);
        assertThat(sandboxFixture
                        .attach(SandboxFixture.OTHER_A3, SandboxFixture.DISK)
                        .statusCode())
                .isEqualTo(502);
        assertThat(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK).statusCode())
                .isEqualTo(200);
        assertThat(sandboxFixture
                        .get("/evs/v2/{project}/cloudvolumes/" + SandboxFixture.DISK)
                        .statusCode())
                .isEqualTo(504);
        assertThat(sandboxFixture.get("/evs/v2/{project}/cloudvolumes/detail").statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_fault_of_an_operation_query_can_match_its_disk() throws Exception {
        HttpResponse<String> accepted = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.setFaults(
                fault("operation", "before", "status").put("status", 504).put("volume_id", SandboxFixture.DISK));
        assertThat(sandboxFixture.operation(SandboxFixture.A3, accepted).getString("error_code"))
                .isEqualTo("APIGW.0201");
    }

    @Test
    void token_requests_can_have_faults() throws Exception {
        sandboxFixture.setFaults(
                fault("token", "before", "status").put("status", 503).put("times", 1));
        assertThat(sandboxFixture
                        .requestToken("gateway", new JsonObject().put("id", SandboxFixture.P1))
                        .statusCode())
                .isEqualTo(503);
        assertThat(sandboxFixture
                        .requestToken("gateway", new JsonObject().put("id", SandboxFixture.P1))
                        .statusCode())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[1]",
                "[{\"call\":\"attach\"}]",
                "[{\"call\":\"fetch\",\"kind\":\"drop\"}]",
                "[{\"call\":\"attach\",\"kind\":\"drop\",\"when\":\"during\"}]",
                "[{\"call\":\"attach\",\"kind\":\"status\"}]",
                "[{\"call\":\"attach\",\"kind\":\"status\",\"status\":\"500\"}]",
                "[{\"call\":\"attach\",\"kind\":\"delay\"}]",
                "[{\"call\":\"attach\",\"kind\":\"drop\",\"times\":0}]",
                "[{\"call\":\"attach\",\"kind\":\"drop\",\"server\":\"x\"}]"
            })
    void an_invalid_fault_is_rejected_with_an_error_message(String body) throws Exception {
        HttpResponse<String> rejected = sandboxFixture.control("PUT", "faults", body);
        assertThat(rejected.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(rejected.body()).getString("error")).endsWith(".");
        assertThat(sandboxFixture.controlArray("faults")).isEmpty();
    }
}
