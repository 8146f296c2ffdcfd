package dev.attachgateway.sandbox.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.sandbox.SandboxFixture;
import dev.attachgateway.sandbox.SeededSandbox;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Proves that the sandbox accepts repeated, concurrent and excessive operations unless its behaviour rejects them. */
class CloudProtectionTest extends SeededSandbox {

    private void assertRejected(HttpResponse<String> response, String code) {
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getString("error_code")).isEqualTo(code);
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
        sandboxFixture.advance(10_000);
        assertThat(sandboxFixture.disk(SandboxFixture.DISK).getJsonArray("attachments"))
                .hasSize(2);
        assertThat(sandboxFixture.serverShowsDisk(SandboxFixture.A3, SandboxFixture.DISK))
                .isTrue();
        assertThat(sandboxFixture.serverShowsDisk(SandboxFixture.OTHER_A3, SandboxFixture.DISK))
                .isTrue();
    }

    @Test
    void the_ledger_contains_every_effect_with_its_time() throws Exception {
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
        sandboxFixture.advance(3_000);
        assertThat(sandboxFixture.operation(SandboxFixture.A3, one).getString("operation_status"))
                .isEqualTo("success");
        assertThat(sandboxFixture.operation(SandboxFixture.A3, other).getString("operation_status"))
                .isEqualTo("success");
    }

    @Test
    void refuse_repeat_accepts_only_attaches_of_free_disks() throws Exception {
        sandboxFixture.setBehaviour("refuse_repeat", true);
        assertThat(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK).statusCode())
                .isEqualTo(200);
        assertRejected(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK), "ModelArts.7000");
        assertRejected(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.USED_DISK), "ModelArts.7000");
        assertThat(sandboxFixture
                        .attach(SandboxFixture.A3, SandboxFixture.SHARED_USED_DISK)
                        .statusCode())
                .isEqualTo(200);
        assertRejected(sandboxFixture.detach(SandboxFixture.A3, SandboxFixture.OTHER_DISK), "ModelArts.7000");
        assertThat(sandboxFixture
                        .detach(SandboxFixture.OTHER_A3, SandboxFixture.USED_DISK)
                        .statusCode())
                .isEqualTo(200);
        assertThat(sandboxFixture.ledger()).hasSize(3);
    }

    @Test
    void busy_accepts_one_operation_per_server() throws Exception {
        sandboxFixture.setBehaviour("busy", true);
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertRejected(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.OTHER_DISK), "ModelArts.6357");
        assertRejected(sandboxFixture.detach(SandboxFixture.A3, SandboxFixture.OTHER_DISK), "ModelArts.6357");
        assertThat(sandboxFixture
                        .attach(SandboxFixture.OTHER_A3, SandboxFixture.OTHER_DISK)
                        .statusCode())
                .isEqualTo(200);
        sandboxFixture.advance(3_000);
        assertThat(sandboxFixture
                        .attach(SandboxFixture.A3, SandboxFixture.OTHER_DISK)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void the_limit_rejects_further_data_disks() throws Exception {
        sandboxFixture.setBehaviour("limit", 1);
        assertThat(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK).statusCode())
                .isEqualTo(200);
        assertRejected(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.OTHER_DISK), "ModelArts.7000");
        sandboxFixture.advance(10_000);
        assertRejected(sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.OTHER_DISK), "ModelArts.7000");
        sandboxFixture.detach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.advance(10_000);
        assertThat(sandboxFixture
                        .attach(SandboxFixture.A3, SandboxFixture.OTHER_DISK)
                        .statusCode())
                .isEqualTo(200);
    }
}
