package dev.attachgateway.sandbox.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.sandbox.SandboxFixture;
import dev.attachgateway.sandbox.SeededSandbox;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The practice cloud protects nobody unless it is told to. */
class CloudProtectionTest extends SeededSandbox {

    private void assertRefused(HttpResponse<String> answer, String code) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("error_code")).isEqualTo(code);
    }

    @Test
    void a_repeated_attach_is_a_second_effect_with_its_own_operation() throws Exception {
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.attach(SandboxFixture.OTHER_A3, SandboxFixture.DISK);
        assertThat(sandboxFixture.ledger()).hasSize(3);
        Set<String> operations = sandboxFixture.ledger().stream()
                .map(effect -> ((JsonObject) effect).getString("operation_id"))
                .collect(Collectors.toSet());
        assertThat(operations).hasSize(3);
        sandboxFixture.pass(10_000);
        assertThat(sandboxFixture.disk(SandboxFixture.DISK).getJsonArray("attachments"))
                .hasSize(2);
        assertThat(sandboxFixture.shows(SandboxFixture.A3, SandboxFixture.DISK)).isTrue();
        assertThat(sandboxFixture.shows(SandboxFixture.OTHER_A3, SandboxFixture.DISK))
                .isTrue();
    }

    @Test
    void the_ledger_tells_what_happened_where_and_when() throws Exception {
        HttpResponse<String> accepted = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertThat(sandboxFixture.ledger().getJsonObject(0).getMap())
                .isEqualTo(java.util.Map.of(
                        "type",
                        "attach",
                        "project_id",
                        SandboxFixture.P1,
                        "server_id",
                        SandboxFixture.A3,
                        "volume_id",
                        SandboxFixture.DISK,
                        "operation_id",
                        new JsonObject(accepted.body()).getString("operation_id"),
                        "at",
                        "2026-11-23T12:00:00Z"));
    }

    @Test
    void operations_on_one_server_run_in_parallel() throws Exception {
        HttpResponse<String> one = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        HttpResponse<String> other = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.OTHER_DISK);
        sandboxFixture.pass(3_000);
        assertThat(sandboxFixture.operation(SandboxFixture.A3, one).getString("operation_status"))
                .isEqualTo("success");
        assertThat(sandboxFixture.operation(SandboxFixture.A3, other).getString("operation_status"))
                .isEqualTo("success");
    }

    @Test
    void told_to_refuse_repeats_it_attaches_only_what_is_free() throws Exception {
        sandboxFixture.behave("refuse_repeat", true);
        assertThat(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK).statusCode())
                .isEqualTo(200);
        assertRefused(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK), "ModelArts.7000");
        assertRefused(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.USED_DISK), "ModelArts.7000");
        assertThat(sandboxFixture
                        .attach(SandboxFixture.A3, SandboxFixture.SHARED_USED_DISK)
                        .statusCode())
                .isEqualTo(200);
        assertRefused(sandboxFixture.detach(SandboxFixture.A3, SandboxFixture.OTHER_DISK), "ModelArts.7000");
        assertThat(sandboxFixture
                        .detach(SandboxFixture.OTHER_A3, SandboxFixture.USED_DISK)
                        .statusCode())
                .isEqualTo(200);
        assertThat(sandboxFixture.ledger()).hasSize(3);
    }

    @Test
    void told_to_be_busy_it_takes_one_operation_a_server() throws Exception {
        sandboxFixture.behave("busy", true);
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertRefused(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.OTHER_DISK), "ModelArts.6357");
        assertRefused(sandboxFixture.detach(SandboxFixture.A3, SandboxFixture.OTHER_DISK), "ModelArts.6357");
        assertThat(sandboxFixture
                        .attach(SandboxFixture.OTHER_A3, SandboxFixture.OTHER_DISK)
                        .statusCode())
                .isEqualTo(200);
        sandboxFixture.pass(3_000);
        assertThat(sandboxFixture
                        .attach(SandboxFixture.A3, SandboxFixture.OTHER_DISK)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void told_a_limit_it_takes_no_more_data_disks() throws Exception {
        sandboxFixture.behave("limit", 1);
        assertThat(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK).statusCode())
                .isEqualTo(200);
        assertRefused(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.OTHER_DISK), "ModelArts.7000");
        sandboxFixture.pass(10_000);
        assertRefused(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.OTHER_DISK), "ModelArts.7000");
        sandboxFixture.detach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.pass(10_000);
        assertThat(sandboxFixture
                        .attach(SandboxFixture.A3, SandboxFixture.OTHER_DISK)
                        .statusCode())
                .isEqualTo(200);
    }
}
