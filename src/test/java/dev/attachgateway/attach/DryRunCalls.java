package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.testkit.Answer;
import dev.attachgateway.testkit.Gateway;
import dev.attachgateway.testkit.Scene;
import java.util.List;
import java.util.stream.StreamSupport;

/** Requests that are only tried out, and what their answers say. */
final class DryRunCalls {
    static final String DRY = "?dry_run=true";

    private DryRunCalls() {}

    static Answer attach(String client, Scene here, String... headers) {
        return here.gateway()
                .send(
                        "POST",
                        Gateway.attachPath(Gateway.P1, here.server()) + DRY,
                        Gateway.body(here.disk()),
                        here.gateway().withToken(client, headers));
    }

    static Answer attach(Scene here, String... headers) {
        return attach(Scene.CALLER, here, headers);
    }

    static Answer detach(Scene here) {
        return here.gateway()
                .send(
                        "DELETE",
                        Gateway.detachPath(Gateway.P1, here.server(), here.disk()) + DRY,
                        "",
                        here.gateway().withToken(Scene.CALLER));
    }

    static JsonNode check(Answer answer, String name) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return StreamSupport.stream(answer.json().path("checks").spliterator(), false)
                .filter(check -> check.path("check").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no check " + name + " in " + answer.body()));
    }

    static List<String> withOk(Answer answer, String ok) {
        return StreamSupport.stream(answer.json().path("checks").spliterator(), false)
                .filter(check -> check.path("ok").asText().equals(ok))
                .map(check -> check.path("check").asText())
                .toList();
    }

    static boolean isAccepted(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().path("dry_run").asBoolean()).isTrue();
        return answer.json().path("would_be_accepted").asBoolean();
    }
}
