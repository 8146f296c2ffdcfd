package dev.attachgateway.sandbox.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.sandbox.SandboxFixture;
import dev.attachgateway.sandbox.SeededSandbox;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Proves the states of operations, disks and servers over time. */
class StuckPeriodsTest extends SeededSandbox {

    private String status(HttpResponse<String> accepted) throws Exception {
        return sandboxFixture.operation(SandboxFixture.A3, accepted).getString("operation_status");
    }

    private String diskStatus() throws Exception {
        return sandboxFixture.disk(SandboxFixture.DISK).getString("status");
    }

    @Test
    void an_attach_is_pending_then_running_then_success() throws Exception {
        HttpResponse<String> accepted = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.advance(749);
        assertThat(status(accepted)).isEqualTo("pending");
        sandboxFixture.advance(1);
        assertThat(status(accepted)).isEqualTo("running");
        sandboxFixture.advance(2_249);
        assertThat(status(accepted)).isEqualTo("running");
        sandboxFixture.advance(1);
        assertThat(status(accepted)).isEqualTo("success");
        assertThat(sandboxFixture.operation(SandboxFixture.A3, accepted).containsKey("operation_error"))
                .isFalse();
    }

    @Test
    void evs_and_the_server_lag_behind_success() throws Exception {
        sandboxFixture.setBehaviour("evs_lag_ms", 400);
        sandboxFixture.setBehaviour("server_lag_ms", 700);
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertThat(diskStatus()).isEqualTo("attaching");
        sandboxFixture.advance(3_399);
        assertThat(diskStatus()).isEqualTo("attaching");
        assertThat(sandboxFixture.disk(SandboxFixture.DISK).getJsonArray("attachments"))
                .isEmpty();
        sandboxFixture.advance(1);
        assertThat(diskStatus()).isEqualTo("in-use");
        JsonObject attachment = sandboxFixture
                .disk(SandboxFixture.DISK)
                .getJsonArray("attachments")
                .getJsonObject(0);
        assertThat(attachment.getString("server_id")).isEqualTo(SandboxFixture.A3_CLOUD);
        assertThat(attachment.getString("attached_at")).isEqualTo("2026-11-23T12:00:03.000000");
        assertThat(attachment.fieldNames())
                .containsExactlyInAnyOrder(
                        "attachment_id", "attached_at", "device", "host_name", "id", "server_id", "volume_id");
        sandboxFixture.advance(299);
        assertThat(sandboxFixture.serverShowsDisk(SandboxFixture.A3, SandboxFixture.DISK))
                .isFalse();
        sandboxFixture.advance(1);
        assertThat(sandboxFixture.serverShowsDisk(SandboxFixture.A3, SandboxFixture.DISK))
                .isTrue();
        assertThat(sandboxFixture
                        .server(SandboxFixture.A3)
                        .getJsonArray("volumes")
                        .getJsonObject(1)
                        .encode())
                .isEqualTo("{\"size\":1024,\"type\":\"DATA\",\"evs_type\":\"ESSD\",\"evs_id\":\"" + SandboxFixture.DISK
                        + "\"}");
    }

    @Test
    void a_detach_shows_the_same_lag_as_an_attach() throws Exception {
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.advance(4_000);
        HttpResponse<String> accepted = sandboxFixture.detach(SandboxFixture.A3, SandboxFixture.DISK);
        assertThat(diskStatus()).isEqualTo("detaching");
        sandboxFixture.advance(2_000);
        assertThat(status(accepted)).isEqualTo("success");
        assertThat(sandboxFixture.disk(SandboxFixture.DISK).getJsonArray("attachments"))
                .hasSize(1);
        assertThat(sandboxFixture.serverShowsDisk(SandboxFixture.A3, SandboxFixture.DISK))
                .isTrue();
        sandboxFixture.advance(500);
        assertThat(diskStatus()).isEqualTo("available");
        assertThat(sandboxFixture.disk(SandboxFixture.DISK).getJsonArray("attachments"))
                .isEmpty();
        assertThat(sandboxFixture.serverShowsDisk(SandboxFixture.A3, SandboxFixture.DISK))
                .isFalse();
    }

    @Test
    void a_disk_of_the_seed_can_be_detached_and_a_shared_one_attached_elsewhere() throws Exception {
        sandboxFixture.detach(SandboxFixture.OTHER_A3, SandboxFixture.USED_DISK);
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.SHARED_USED_DISK);
        sandboxFixture.advance(10_000);
        assertThat(sandboxFixture.disk(SandboxFixture.USED_DISK).getString("status"))
                .isEqualTo("available");
        assertThat(sandboxFixture.serverShowsDisk(SandboxFixture.OTHER_A3, SandboxFixture.USED_DISK))
                .isFalse();
        assertThat(sandboxFixture.disk(SandboxFixture.SHARED_USED_DISK).getJsonArray("attachments"))
                .hasSize(2);
    }

    @Test
    void stuck_operations_stay_running_until_released() throws Exception {
        HttpResponse<String> accepted = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.setBehaviour("stuck", true);
        sandboxFixture.advance(100_000);
        assertThat(status(accepted)).isEqualTo("running");
        assertThat(diskStatus()).isEqualTo("attaching");
        sandboxFixture.restart();
        assertThat(status(accepted)).isEqualTo("running");
        sandboxFixture.setBehaviour("stuck", false);
        assertThat(status(accepted)).isEqualTo("success");
        assertThat(diskStatus()).isEqualTo("attaching");
        sandboxFixture.advance(500);
        assertThat(diskStatus()).isEqualTo("in-use");
    }

    @Test
    void an_operation_that_has_ended_does_not_become_stuck() throws Exception {
        HttpResponse<String> accepted = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.advance(3_000);
        sandboxFixture.setBehaviour("stuck", true);
        assertThat(status(accepted)).isEqualTo("success");
    }

    @Test
    void an_operation_accepted_with_a_fail_code_fails_and_frees_the_disk() throws Exception {
        sandboxFixture.setBehaviour("fail_code", "ModelArts.7000");
        HttpResponse<String> accepted = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.setBehaviour("fail_code", null);
        assertThat(sandboxFixture.operation(SandboxFixture.A3, accepted).containsKey("operation_error"))
                .isFalse();
        assertThat(diskStatus()).isEqualTo("attaching");
        sandboxFixture.advance(3_000);
        assertThat(status(accepted)).isEqualTo("failed");
        JsonObject error = sandboxFixture.operation(SandboxFixture.A3, accepted).getJsonObject("operation_error");
        assertThat(error.getString("code")).isEqualTo("ModelArts.7000");
        assertThat(error.getString("message")).hasSizeBetween(2, 512);
        sandboxFixture.advance(500);
        assertThat(diskStatus()).isEqualTo("available");
        assertThat(sandboxFixture.serverShowsDisk(SandboxFixture.A3, SandboxFixture.DISK))
                .isFalse();
        assertThat(sandboxFixture.ledger()).hasSize(1);
    }

    @Test
    void an_operation_keeps_the_durations_at_its_acceptance() throws Exception {
        HttpResponse<String> accepted = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.setBehaviour("attach_ms", 60_000);
        sandboxFixture.advance(3_000);
        assertThat(status(accepted)).isEqualTo("success");
    }
}
