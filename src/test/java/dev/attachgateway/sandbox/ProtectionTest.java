package dev.attachgateway.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The practice cloud protects nobody unless it is told to. */
class ProtectionTest extends SeededSandbox {

    private void assertRefused(HttpResponse<String> answer, String code) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("error_code")).isEqualTo(code);
    }

    @Test
    void a_repeated_attach_is_a_second_effect_with_its_own_operation() throws Exception {
        rig.attach(Rig.A3, Rig.DISK);
        rig.attach(Rig.A3, Rig.DISK);
        rig.attach(Rig.OTHER_A3, Rig.DISK);
        assertThat(rig.ledger()).hasSize(3);
        Set<String> operations = rig.ledger().stream()
                .map(effect -> ((JsonObject) effect).getString("operation_id"))
                .collect(Collectors.toSet());
        assertThat(operations).hasSize(3);
        rig.pass(10_000);
        assertThat(rig.disk(Rig.DISK).getJsonArray("attachments")).hasSize(2);
        assertThat(rig.shows(Rig.A3, Rig.DISK)).isTrue();
        assertThat(rig.shows(Rig.OTHER_A3, Rig.DISK)).isTrue();
    }

    @Test
    void the_ledger_tells_what_happened_where_and_when() throws Exception {
        HttpResponse<String> accepted = rig.attach(Rig.A3, Rig.DISK);
        assertThat(rig.ledger().getJsonObject(0).getMap())
                .isEqualTo(java.util.Map.of(
                        "type",
                        "attach",
                        "project_id",
                        Rig.P1,
                        "server_id",
                        Rig.A3,
                        "volume_id",
                        Rig.DISK,
                        "operation_id",
                        new JsonObject(accepted.body()).getString("operation_id"),
                        "at",
                        "2026-11-23T12:00:00Z"));
    }

    @Test
    void operations_on_one_server_run_in_parallel() throws Exception {
        HttpResponse<String> one = rig.attach(Rig.A3, Rig.DISK);
        HttpResponse<String> other = rig.attach(Rig.A3, Rig.OTHER_DISK);
        rig.pass(3_000);
        assertThat(rig.operation(Rig.A3, one).getString("operation_status")).isEqualTo("success");
        assertThat(rig.operation(Rig.A3, other).getString("operation_status")).isEqualTo("success");
    }

    @Test
    void told_to_refuse_repeats_it_attaches_only_what_is_free() throws Exception {
        rig.behave("refuse_repeat", true);
        assertThat(rig.attach(Rig.A3, Rig.DISK).statusCode()).isEqualTo(200);
        assertRefused(rig.attach(Rig.A3, Rig.DISK), "ModelArts.7000");
        assertRefused(rig.attach(Rig.A3, Rig.USED_DISK), "ModelArts.7000");
        assertThat(rig.attach(Rig.A3, Rig.SHARED_USED_DISK).statusCode()).isEqualTo(200);
        assertRefused(rig.detach(Rig.A3, Rig.OTHER_DISK), "ModelArts.7000");
        assertThat(rig.detach(Rig.OTHER_A3, Rig.USED_DISK).statusCode()).isEqualTo(200);
        assertThat(rig.ledger()).hasSize(3);
    }

    @Test
    void told_to_be_busy_it_takes_one_operation_a_server() throws Exception {
        rig.behave("busy", true);
        rig.attach(Rig.A3, Rig.DISK);
        assertRefused(rig.attach(Rig.A3, Rig.OTHER_DISK), "ModelArts.6357");
        assertRefused(rig.detach(Rig.A3, Rig.OTHER_DISK), "ModelArts.6357");
        assertThat(rig.attach(Rig.OTHER_A3, Rig.OTHER_DISK).statusCode()).isEqualTo(200);
        rig.pass(3_000);
        assertThat(rig.attach(Rig.A3, Rig.OTHER_DISK).statusCode()).isEqualTo(200);
    }

    @Test
    void told_a_limit_it_takes_no_more_data_disks() throws Exception {
        rig.behave("limit", 1);
        assertThat(rig.attach(Rig.A3, Rig.DISK).statusCode()).isEqualTo(200);
        assertRefused(rig.attach(Rig.A3, Rig.OTHER_DISK), "ModelArts.7000");
        rig.pass(10_000);
        assertRefused(rig.attach(Rig.A3, Rig.OTHER_DISK), "ModelArts.7000");
        rig.detach(Rig.A3, Rig.DISK);
        rig.pass(10_000);
        assertThat(rig.attach(Rig.A3, Rig.OTHER_DISK).statusCode()).isEqualTo(200);
    }
}
