package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import java.util.List;
import java.util.stream.StreamSupport;

/** Sends dry runs and reads their checks. */
final class DryRunCalls {
    static final String DRY = "?dry_run=true";

    private DryRunCalls() {}

    static HttpAnswer attach(String client, AttachFixture here, String... headers) {
        return here.gateway()
                .send(
                        "POST",
                        GatewayClient.attachPath(GatewayClient.P1, here.server()) + DRY,
                        GatewayClient.body(here.disk()),
                        here.gateway().withToken(client, headers));
    }

    static HttpAnswer attach(AttachFixture here, String... headers) {
        return attach(AttachFixture.CALLER, here, headers);
    }

    static HttpAnswer detach(AttachFixture here) {
        return here.gateway()
                .send(
                        "DELETE",
                        GatewayClient.detachPath(GatewayClient.P1, here.server(), here.disk()) + DRY,
                        "",
                        here.gateway().withToken(AttachFixture.CALLER));
    }

    static JsonNode check(HttpAnswer answer, String name) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return StreamSupport.stream(answer.json().path("checks").spliterator(), false)
                .filter(check -> check.path("check").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no check " + name + " in " + answer.body()));
    }

    static List<String> withOk(HttpAnswer answer, String ok) {
        return StreamSupport.stream(answer.json().path("checks").spliterator(), false)
                .filter(check -> check.path("ok").asText().equals(ok))
                .map(check -> check.path("check").asText())
                .toList();
    }

    static boolean isAccepted(HttpAnswer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().path("dry_run").asBoolean()).isTrue();
        return answer.json().path("would_be_accepted").asBoolean();
    }
}
