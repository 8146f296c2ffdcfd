package dev.attachgateway.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** What the practice cloud shows as time passes. */
class TimeTest extends SeededSandbox {

    private String status(HttpResponse<String> accepted) throws Exception {
        return rig.operation(Rig.A3, accepted).getString("operation_status");
    }

    private String diskStatus() throws Exception {
        return rig.disk(Rig.DISK).getString("status");
    }

    @Test
    void an_attach_is_pending_then_running_then_success() throws Exception {
        HttpResponse<String> accepted = rig.attach(Rig.A3, Rig.DISK);
        rig.pass(749);
        assertThat(status(accepted)).isEqualTo("pending");
        rig.pass(1);
        assertThat(status(accepted)).isEqualTo("running");
        rig.pass(2_249);
        assertThat(status(accepted)).isEqualTo("running");
        rig.pass(1);
        assertThat(status(accepted)).isEqualTo("success");
        assertThat(rig.operation(Rig.A3, accepted).containsKey("operation_error"))
                .isFalse();
    }

    @Test
    void evs_and_the_server_lag_behind_success() throws Exception {
        rig.behave("evs_lag_ms", 400);
        rig.behave("server_lag_ms", 700);
        rig.attach(Rig.A3, Rig.DISK);
        assertThat(diskStatus()).isEqualTo("attaching");
        rig.pass(3_399);
        assertThat(diskStatus()).isEqualTo("attaching");
        assertThat(rig.disk(Rig.DISK).getJsonArray("attachments")).isEmpty();
        rig.pass(1);
        assertThat(diskStatus()).isEqualTo("in-use");
        JsonObject attachment = rig.disk(Rig.DISK).getJsonArray("attachments").getJsonObject(0);
        assertThat(attachment.getString("server_id")).isEqualTo(Rig.A3_CLOUD);
        assertThat(attachment.getString("attached_at")).isEqualTo("2026-11-23T12:00:03.000000");
        assertThat(attachment.fieldNames())
                .containsExactlyInAnyOrder(
                        "attachment_id", "attached_at", "device", "host_name", "id", "server_id", "volume_id");
        rig.pass(299);
        assertThat(rig.shows(Rig.A3, Rig.DISK)).isFalse();
        rig.pass(1);
        assertThat(rig.shows(Rig.A3, Rig.DISK)).isTrue();
        assertThat(rig.server(Rig.A3).getJsonArray("volumes").getJsonObject(1).encode())
                .isEqualTo("{\"size\":1024,\"type\":\"DATA\",\"evs_type\":\"ESSD\",\"evs_id\":\"" + Rig.DISK + "\"}");
    }

    @Test
    void a_detach_mirrors_an_attach() throws Exception {
        rig.attach(Rig.A3, Rig.DISK);
        rig.pass(4_000);
        HttpResponse<String> accepted = rig.detach(Rig.A3, Rig.DISK);
        assertThat(diskStatus()).isEqualTo("detaching");
        rig.pass(2_000);
        assertThat(status(accepted)).isEqualTo("success");
        assertThat(rig.disk(Rig.DISK).getJsonArray("attachments")).hasSize(1);
        assertThat(rig.shows(Rig.A3, Rig.DISK)).isTrue();
        rig.pass(500);
        assertThat(diskStatus()).isEqualTo("available");
        assertThat(rig.disk(Rig.DISK).getJsonArray("attachments")).isEmpty();
        assertThat(rig.shows(Rig.A3, Rig.DISK)).isFalse();
    }

    @Test
    void a_disk_of_the_seed_can_be_detached_and_a_shared_one_attached_elsewhere() throws Exception {
        rig.detach(Rig.OTHER_A3, Rig.USED_DISK);
        rig.attach(Rig.A3, Rig.SHARED_USED_DISK);
        rig.pass(10_000);
        assertThat(rig.disk(Rig.USED_DISK).getString("status")).isEqualTo("available");
        assertThat(rig.shows(Rig.OTHER_A3, Rig.USED_DISK)).isFalse();
        assertThat(rig.disk(Rig.SHARED_USED_DISK).getJsonArray("attachments")).hasSize(2);
    }

    @Test
    void stuck_operations_stay_running_until_they_come_loose() throws Exception {
        HttpResponse<String> accepted = rig.attach(Rig.A3, Rig.DISK);
        rig.behave("stuck", true);
        rig.pass(100_000);
        assertThat(status(accepted)).isEqualTo("running");
        assertThat(diskStatus()).isEqualTo("attaching");
        rig.restart();
        assertThat(status(accepted)).isEqualTo("running");
        rig.behave("stuck", false);
        assertThat(status(accepted)).isEqualTo("success");
        assertThat(diskStatus()).isEqualTo("attaching");
        rig.pass(500);
        assertThat(diskStatus()).isEqualTo("in-use");
    }

    @Test
    void an_operation_that_has_ended_does_not_become_stuck() throws Exception {
        HttpResponse<String> accepted = rig.attach(Rig.A3, Rig.DISK);
        rig.pass(3_000);
        rig.behave("stuck", true);
        assertThat(status(accepted)).isEqualTo("success");
    }

    @Test
    void an_operation_accepted_under_a_fail_code_ends_with_it_and_the_disk_returns() throws Exception {
        rig.behave("fail_code", "ModelArts.7000");
        HttpResponse<String> accepted = rig.attach(Rig.A3, Rig.DISK);
        rig.behave("fail_code", null);
        assertThat(rig.operation(Rig.A3, accepted).containsKey("operation_error"))
                .isFalse();
        assertThat(diskStatus()).isEqualTo("attaching");
        rig.pass(3_000);
        assertThat(status(accepted)).isEqualTo("failed");
        JsonObject error = rig.operation(Rig.A3, accepted).getJsonObject("operation_error");
        assertThat(error.getString("code")).isEqualTo("ModelArts.7000");
        assertThat(error.getString("message")).hasSizeBetween(2, 512);
        rig.pass(500);
        assertThat(diskStatus()).isEqualTo("available");
        assertThat(rig.shows(Rig.A3, Rig.DISK)).isFalse();
        assertThat(rig.ledger()).hasSize(1);
    }

    @Test
    void times_in_force_at_acceptance_are_kept() throws Exception {
        HttpResponse<String> accepted = rig.attach(Rig.A3, Rig.DISK);
        rig.behave("attach_ms", 60_000);
        rig.pass(3_000);
        assertThat(status(accepted)).isEqualTo("success");
    }
}
