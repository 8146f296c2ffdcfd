package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Gateway;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.PracticeCloud.Fault;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Scene;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A detach has the life of an attach, the other way round. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class DetachTest {
    private Scene scene;

    @BeforeEach
    void set() {
        scene = Scene.set();
    }

    @Test
    void a_disk_is_taken_off_once_and_is_free_afterwards() {
        scene.attached();
        var accepted = scene.detach();
        assertThat(accepted.status()).isEqualTo(200);
        assertThat(accepted.text("operation_type")).isEqualTo("node_detach_volume");
        var ended = scene.awaitStatus(accepted.operationId(), "success");
        assertThat(ended.path("attempts").asInt()).isEqualTo(1);
        assertThat(scene.cloud().volume(scene.disk()).path("status").asText()).isEqualTo("available");
        assertThat(scene.cloud().server(scene.server()).toString()).doesNotContain(scene.disk());
        assertThat(scene.detachSends()).isEqualTo(1);
        assertThat(scene.detachEffects()).isEqualTo(1);
        scene.awaitStatus(scene.attach().operationId(), "success");
    }

    @Test
    void ids_in_upper_case_mean_the_same() {
        scene.attached();
        var accepted = scene.gateway()
                .detach(Scene.CALLER, Gateway.P1, scene.server(), scene.disk().toUpperCase(Locale.ROOT));
        scene.awaitStatus(accepted.operationId(), "success");
    }

    @Test
    void success_is_said_only_once_neither_disk_nor_server_names_the_other() {
        scene.attached();
        scene.cloud().behaviour(Map.of("server_lag_ms", 1500));
        var accepted = scene.detach();
        scene.awaitOperation(
                accepted.operationId(),
                operation -> operation.path("step").asText().equals("confirming"));
        scene.awaitDisk("available");
        assertThat(scene.operation(accepted.operationId())
                        .path("operation_status")
                        .asText())
                .isEqualTo("running");
        scene.awaitStatus(accepted.operationId(), "success");
        assertThat(scene.cloud().server(scene.server()).toString()).doesNotContain(scene.disk());
    }

    @Test
    void a_disk_that_is_not_here_is_refused_before_anything_is_sent() {
        var refused = scene.detach();
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("Gateway.DiskNotHere");
        assertThat(scene.detachSends()).isZero();
        // Nothing is kept: the disk can be attached at once.
        scene.awaitStatus(scene.attach().operationId(), "success");
    }

    @Test
    void a_system_disk_stays_with_its_server() {
        var server = scene.cloud()
                .newServer(Map.of("volumes", List.of(Map.of("evs_id", scene.disk(), "type", "ROOT", "size", 100))));
        var refused = scene.with(server, scene.disk()).detach();
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("Gateway.RootDisk");
        assertThat(scene.detachSends()).isZero();
    }

    @Test
    void a_detach_and_an_attach_of_one_disk_exclude_each_other() {
        scene.cloud().behaviour(Map.of("stuck", true));
        var attach = scene.attach();
        assertThat(scene.detach().code()).isEqualTo("Gateway.DiskReserved");
        scene.cloud().behaviour(Map.of("stuck", false));
        scene.awaitStatus(attach.operationId(), "success");
        scene.cloud().behaviour(Map.of("stuck", true));
        var detach = scene.detach();
        assertThat(scene.attach().code()).isEqualTo("Gateway.DiskReserved");
        assertThat(scene.detach("Prefer", "wait=1").operationId()).isEqualTo(detach.operationId());
        scene.cloud().behaviour(Map.of("stuck", false));
        scene.awaitStatus(detach.operationId(), "success");
    }

    @Test
    void whoever_may_not_detach_is_refused() {
        scene.attached();
        var refused = scene.detachAs("viewer");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(scene.detachSends()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop", "hang"})
    void a_detach_that_was_carried_out_is_adopted_and_not_sent_again(String kind) {
        scene.attached();
        scene.cloud()
                .faults(Fault.kind("detach", kind).after().disk(scene.disk()).times(1));
        var answer = scene.detach("Prefer", "wait=20");
        assertThat(answer.status()).isEqualTo(202);
        scene.awaitStatus(answer.operationId(), "success");
        assertThat(scene.detachSends()).isEqualTo(1);
        assertThat(scene.detachEffects()).isEqualTo(1);
    }

    @Test
    void a_detach_of_which_nothing_happened_is_sent_again_once_that_is_certain() {
        scene.attached();
        scene.cloud().faults(Fault.status("detach", 502).disk(scene.disk()).times(1));
        var answer = scene.detach("Prefer", "wait=20");
        assertThat(answer.status()).isEqualTo(202);
        var ended = scene.awaitStatus(answer.operationId(), "success");
        assertThat(ended.path("attempts").asInt()).isEqualTo(2);
        assertThat(scene.detachSends()).isEqualTo(2);
        assertThat(scene.detachEffects()).isEqualTo(1);
    }
}
