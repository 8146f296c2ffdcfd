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

class FaultRegistryTest extends SeededSandbox {

    private static JsonObject fault(String call, String when, String kind) {
        return new JsonObject().put("call", call).put("when", when).put("kind", kind);
    }

    private Object lastStatus() throws Exception {
        JsonArray requests = sandboxFixture.list("requests");
        return requests.getJsonObject(requests.size() - 1).getValue("status");
    }

    @Test
    void an_effect_is_in_the_ledger_before_its_answer_is_dropped() throws Exception {
        sandboxFixture.fault(fault("attach", "after", "drop").put("times", 1));
        assertThatThrownBy(() -> sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK))
                .isInstanceOf(IOException.class);
        assertThat(sandboxFixture.ledger()).hasSize(1);
        assertThat(lastStatus()).isNull();
    }

    @Test
    void a_call_dropped_before_has_no_effect() throws Exception {
        sandboxFixture.fault(fault("attach", "before", "drop").put("times", 1));
        assertThatThrownBy(() -> sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK))
                .isInstanceOf(IOException.class);
        assertThat(sandboxFixture.ledger()).isEmpty();
        assertThat(sandboxFixture.list("requests").getJsonObject(1).getString("volume_id"))
                .isEqualTo(SandboxFixture.DISK);
    }

    @Test
    void a_fault_may_wait_for_a_call() throws Exception {
        sandboxFixture.fault(
                fault("detach", "before", "drop").put("since", "attach").put("volume_id", SandboxFixture.DISK));
        sandboxFixture.detach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertThatThrownBy(() -> sandboxFixture.detach(SandboxFixture.A3, SandboxFixture.DISK))
                .isInstanceOf(IOException.class);
        assertThat(sandboxFixture.ledger()).hasSize(2);
    }

    @Test
    void a_status_comes_with_the_body_given_or_a_fitting_one() throws Exception {
        sandboxFixture.fault(
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
    void each_status_has_an_envelope_of_the_cloud(String call, int status, String code) {
        SandboxResponse sandboxResponse =
                ErrorEnvelopes.fitting(CallKind.of(call).orElseThrow(), status);
        assertThat(sandboxResponse.status()).isEqualTo(status);
        assertThat(sandboxResponse.text("id")).contains("\"" + code + "\"");
        assertThat(ErrorEnvelopes.fitting(CallKind.VOLUME, status).text("id"))
                .contains(status < 500 && status != 429 && status != 401 ? "EVS." : "");
    }

    @Test
    void garbage_is_a_200_that_cannot_be_read() throws Exception {
        sandboxFixture.fault(fault("attach", "after", "garbage"));
        HttpResponse<String> answer = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> new JsonObject(answer.body())).isInstanceOf(RuntimeException.class);
        assertThat(sandboxFixture.ledger()).hasSize(1);
    }

    @Test
    void a_hung_call_is_carried_out_and_never_answered() throws Exception {
        sandboxFixture.fault(fault("attach", "after", "hang"));
        var request = sandboxFixture
                .signedIn(
                        SandboxFixture.P1, "/modelarts/v1/{project}/dev-servers/" + SandboxFixture.A3 + "/attachvolume")
                .timeout(Duration.ofMillis(700))
                .POST(BodyPublishers.ofString("{\"volume_id\":\"" + SandboxFixture.DISK + "\"}"));
        assertThatThrownBy(() -> sandboxFixture.send(request)).isInstanceOf(HttpTimeoutException.class);
        assertThat(sandboxFixture.ledger()).hasSize(1);
        assertThat(lastStatus()).isNull();
    }

    @Test
    void a_delayed_call_is_normal_but_late() throws Exception {
        sandboxFixture.fault(fault("attach", "before", "delay").put("delay_ms", 300));
        Instant begun = Instant.now();
        assertThat(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK).statusCode())
                .isEqualTo(200);
        assertThat(Duration.between(begun, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        assertThat(sandboxFixture.ledger()).hasSize(1);
    }

    @Test
    void a_fault_counts_down_and_is_gone_when_spent_also_across_a_restart() throws Exception {
        sandboxFixture.fault(
                fault("attach", "before", "status").put("status", 429).put("times", 3));
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertThat(sandboxFixture.list("faults").getJsonObject(0).getInteger("times"))
                .isEqualTo(2);
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.restart();
        assertThat(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK).statusCode())
                .isEqualTo(429);
        assertThat(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK).statusCode())
                .isEqualTo(200);
        assertThat(sandboxFixture.list("faults")).isEmpty();
    }

    @Test
    void a_fault_befalls_only_what_it_names_and_the_first_match_wins() throws Exception {
        JsonObject busy = fault("attach", "before", "status");
        sandboxFixture.fault(
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
    void a_fault_of_an_operation_may_name_its_disk() throws Exception {
        HttpResponse<String> accepted = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.fault(
                fault("operation", "before", "status").put("status", 504).put("volume_id", SandboxFixture.DISK));
        assertThat(sandboxFixture.operation(SandboxFixture.A3, accepted).getString("error_code"))
                .isEqualTo("APIGW.0201");
    }

    @Test
    void tokens_have_faults_too() throws Exception {
        sandboxFixture.fault(
                fault("token", "before", "status").put("status", 503).put("times", 1));
        assertThat(sandboxFixture
                        .iam("gateway", new JsonObject().put("id", SandboxFixture.P1))
                        .statusCode())
                .isEqualTo(503);
        assertThat(sandboxFixture
                        .iam("gateway", new JsonObject().put("id", SandboxFixture.P1))
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
    void a_fault_that_is_not_understood_is_refused_with_a_sentence(String body) throws Exception {
        HttpResponse<String> refused = sandboxFixture.control("PUT", "faults", body);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(refused.body()).getString("error")).endsWith(".");
        assertThat(sandboxFixture.list("faults")).isEmpty();
    }
}
