package dev.attachgateway.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

class FaultsTest extends SeededSandbox {

    private static JsonObject fault(String call, String when, String kind) {
        return new JsonObject().put("call", call).put("when", when).put("kind", kind);
    }

    private Object lastStatus() throws Exception {
        JsonArray requests = rig.list("requests");
        return requests.getJsonObject(requests.size() - 1).getValue("status");
    }

    @Test
    void an_effect_is_in_the_ledger_before_its_answer_is_dropped() throws Exception {
        rig.fault(fault("attach", "after", "drop").put("times", 1));
        assertThatThrownBy(() -> rig.attach(Rig.A3, Rig.DISK)).isInstanceOf(IOException.class);
        assertThat(rig.ledger()).hasSize(1);
        assertThat(lastStatus()).isNull();
    }

    @Test
    void a_call_dropped_before_has_no_effect() throws Exception {
        rig.fault(fault("attach", "before", "drop").put("times", 1));
        assertThatThrownBy(() -> rig.attach(Rig.A3, Rig.DISK)).isInstanceOf(IOException.class);
        assertThat(rig.ledger()).isEmpty();
        assertThat(rig.list("requests").getJsonObject(1).getString("volume_id")).isEqualTo(Rig.DISK);
    }

    @Test
    void a_fault_may_wait_for_a_call() throws Exception {
        rig.fault(fault("detach", "before", "drop").put("since", "attach").put("volume_id", Rig.DISK));
        rig.detach(Rig.A3, Rig.DISK);
        rig.attach(Rig.A3, Rig.DISK);
        assertThatThrownBy(() -> rig.detach(Rig.A3, Rig.DISK)).isInstanceOf(IOException.class);
        assertThat(rig.ledger()).hasSize(2);
    }

    @Test
    void a_status_comes_with_the_body_given_or_a_fitting_one() throws Exception {
        rig.fault(
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
        HttpResponse<String> first = rig.attach(Rig.A3, Rig.DISK);
        assertThat(first.statusCode()).isEqualTo(500);
        assertThat(new JsonObject(first.body()).getString("error_code")).isEqualTo("ModelArts.0010");
        assertThat(rig.ledger()).hasSize(1);
        HttpResponse<String> second = rig.attach(Rig.A3, Rig.DISK);
        assertThat(second.statusCode()).isEqualTo(401);
        assertThat(second.body()).isEqualTo("{\"error_code\":\"APIGW.0307\"}");
        assertThat(rig.attach(Rig.A3, Rig.DISK).body()).isEqualTo("short and stout");
        assertThat(rig.ledger()).hasSize(1);
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
        Answer answer = Envelopes.fitting(Kind.of(call).orElseThrow(), status);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text("id")).contains("\"" + code + "\"");
        assertThat(Envelopes.fitting(Kind.VOLUME, status).text("id"))
                .contains(status < 500 && status != 429 && status != 401 ? "EVS." : "");
    }

    @Test
    void garbage_is_a_200_that_cannot_be_read() throws Exception {
        rig.fault(fault("attach", "after", "garbage"));
        HttpResponse<String> answer = rig.attach(Rig.A3, Rig.DISK);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> new JsonObject(answer.body())).isInstanceOf(RuntimeException.class);
        assertThat(rig.ledger()).hasSize(1);
    }

    @Test
    void a_hung_call_is_carried_out_and_never_answered() throws Exception {
        rig.fault(fault("attach", "after", "hang"));
        var request = rig.signedIn(Rig.P1, "/modelarts/v1/{project}/dev-servers/" + Rig.A3 + "/attachvolume")
                .timeout(Duration.ofMillis(700))
                .POST(BodyPublishers.ofString("{\"volume_id\":\"" + Rig.DISK + "\"}"));
        assertThatThrownBy(() -> rig.send(request)).isInstanceOf(HttpTimeoutException.class);
        assertThat(rig.ledger()).hasSize(1);
        assertThat(lastStatus()).isNull();
    }

    @Test
    void a_delayed_call_is_normal_but_late() throws Exception {
        rig.fault(fault("attach", "before", "delay").put("delay_ms", 300));
        Instant begun = Instant.now();
        assertThat(rig.attach(Rig.A3, Rig.DISK).statusCode()).isEqualTo(200);
        assertThat(Duration.between(begun, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        assertThat(rig.ledger()).hasSize(1);
    }

    @Test
    void a_fault_counts_down_and_is_gone_when_spent_also_across_a_restart() throws Exception {
        rig.fault(fault("attach", "before", "status").put("status", 429).put("times", 3));
        rig.attach(Rig.A3, Rig.DISK);
        assertThat(rig.list("faults").getJsonObject(0).getInteger("times")).isEqualTo(2);
        rig.attach(Rig.A3, Rig.DISK);
        rig.restart();
        assertThat(rig.attach(Rig.A3, Rig.DISK).statusCode()).isEqualTo(429);
        assertThat(rig.attach(Rig.A3, Rig.DISK).statusCode()).isEqualTo(200);
        assertThat(rig.list("faults")).isEmpty();
    }

    @Test
    void a_fault_befalls_only_what_it_names_and_the_first_match_wins() throws Exception {
        JsonObject busy = fault("attach", "before", "status");
        rig.fault(
                busy.copy().put("status", 500).put("volume_id", Rig.OTHER_DISK),
                busy.copy().put("status", 502).put("server_id", Rig.OTHER_A3),
                busy.copy().put("status", 503).put("project_id", Rig.P2),
                fault("volume", "before", "status").put("status", 504));
        assertThat(rig.attach(Rig.OTHER_A3, Rig.OTHER_DISK).statusCode()).isEqualTo(500);
        assertThat(rig.attach(Rig.OTHER_A3, Rig.DISK).statusCode()).isEqualTo(502);
        assertThat(rig.attach(Rig.A3, Rig.DISK).statusCode()).isEqualTo(200);
        assertThat(rig.get("/evs/v2/{project}/cloudvolumes/" + Rig.DISK).statusCode())
                .isEqualTo(504);
        assertThat(rig.get("/evs/v2/{project}/cloudvolumes/detail").statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_fault_of_an_operation_may_name_its_disk() throws Exception {
        HttpResponse<String> accepted = rig.attach(Rig.A3, Rig.DISK);
        rig.fault(fault("operation", "before", "status").put("status", 504).put("volume_id", Rig.DISK));
        assertThat(rig.operation(Rig.A3, accepted).getString("error_code")).isEqualTo("APIGW.0201");
    }

    @Test
    void tokens_have_faults_too() throws Exception {
        rig.fault(fault("token", "before", "status").put("status", 503).put("times", 1));
        assertThat(rig.iam("gateway", new JsonObject().put("id", Rig.P1)).statusCode())
                .isEqualTo(503);
        assertThat(rig.iam("gateway", new JsonObject().put("id", Rig.P1)).statusCode())
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
        HttpResponse<String> refused = rig.control("PUT", "faults", body);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(refused.body()).getString("error")).endsWith(".");
        assertThat(rig.list("faults")).isEmpty();
    }
}
