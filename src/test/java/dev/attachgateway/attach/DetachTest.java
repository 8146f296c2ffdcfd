package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
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

/** Proves that a detach has the same guarantees as an attach: sent once, confirmed, settled when its outcome is unknown. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class DetachTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    @Test
    void a_disk_is_detached_once_and_is_free_afterwards() {
        attachFixture.attached();
        var accepted = attachFixture.detach();
        assertThat(accepted.status()).isEqualTo(200);
        assertThat(accepted.text("operation_type")).isEqualTo("node_detach_volume");
        var ended = attachFixture.awaitStatus(accepted.operationId(), "success");
        assertThat(ended.path("attempts").asInt()).isEqualTo(1);
        assertThat(attachFixture
                        .cloud()
                        .volume(attachFixture.disk())
                        .path("status")
                        .asText())
                .isEqualTo("available");
        assertThat(attachFixture.cloud().server(attachFixture.server()).toString())
                .doesNotContain(attachFixture.disk());
        assertThat(attachFixture.detachSends()).isEqualTo(1);
        assertThat(attachFixture.detachEffects()).isEqualTo(1);
        attachFixture.awaitStatus(attachFixture.attach().operationId(), "success");
    }

    @Test
    void ids_in_upper_case_are_accepted() {
        attachFixture.attached();
        var accepted = attachFixture
                .gateway()
                .detach(
                        AttachFixture.CALLER,
                        GatewayClient.P1,
                        attachFixture.server(),
                        attachFixture.disk().toUpperCase(Locale.ROOT));
        attachFixture.awaitStatus(accepted.operationId(), "success");
    }

    @Test
    void success_requires_that_neither_disk_nor_server_lists_the_other() {
        attachFixture.attached();
        attachFixture.cloud().behaviour(Map.of("server_lag_ms", 1500));
        var accepted = attachFixture.detach();
        attachFixture.awaitOperation(
                accepted.operationId(),
                operation -> operation.path("step").asText().equals("confirming"));
        attachFixture.awaitDisk("available");
        assertThat(attachFixture
                        .operation(accepted.operationId())
                        .path("operation_status")
                        .asText())
                .isEqualTo("running");
        attachFixture.awaitStatus(accepted.operationId(), "success");
        assertThat(attachFixture.cloud().server(attachFixture.server()).toString())
                .doesNotContain(attachFixture.disk());
    }

    @Test
    void a_disk_that_is_not_attached_is_rejected_before_a_request_is_sent() {
        var refused = attachFixture.detach();
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("Gateway.DiskNotAttached");
        assertThat(attachFixture.detachSends()).isZero();
        // The refusal has released the disk: it can be attached at once.
        attachFixture.awaitStatus(attachFixture.attach().operationId(), "success");
    }

    @Test
    void a_root_disk_is_not_detached() {
        var server = attachFixture
                .cloud()
                .newServer(Map.of(
                        "volumes", List.of(Map.of("evs_id", attachFixture.disk(), "type", "ROOT", "size", 100))));
        var refused = attachFixture.with(server, attachFixture.disk()).detach();
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("Gateway.RootDisk");
        assertThat(attachFixture.detachSends()).isZero();
    }

    @Test
    void a_detach_and_an_attach_of_one_disk_exclude_each_other() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var attach = attachFixture.attach();
        assertThat(attachFixture.detach().code()).isEqualTo("Gateway.DiskReserved");
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(attach.operationId(), "success");
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var detach = attachFixture.detach();
        assertThat(attachFixture.attach().code()).isEqualTo("Gateway.DiskReserved");
        assertThat(attachFixture.detach("Prefer", "wait=1").operationId()).isEqualTo(detach.operationId());
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(detach.operationId(), "success");
    }

    @Test
    void a_caller_without_a_detach_grant_is_rejected_with_403() {
        attachFixture.attached();
        var refused = attachFixture.detachAs("viewer");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(attachFixture.detachSends()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop", "hang"})
    void a_detach_that_took_effect_is_settled_and_not_resent(String kind) {
        attachFixture.attached();
        attachFixture
                .cloud()
                .faults(Fault.kind("detach", kind)
                        .after()
                        .disk(attachFixture.disk())
                        .times(1));
        var answer = attachFixture.detach("Prefer", "wait=20");
        assertThat(answer.status()).isEqualTo(202);
        attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(attachFixture.detachSends()).isEqualTo(1);
        assertThat(attachFixture.detachEffects()).isEqualTo(1);
    }

    @Test
    void a_detach_without_effect_is_resent_once_that_is_certain() {
        attachFixture.attached();
        attachFixture
                .cloud()
                .faults(Fault.status("detach", 502).disk(attachFixture.disk()).times(1));
        var answer = attachFixture.detach("Prefer", "wait=20");
        assertThat(answer.status()).isEqualTo(202);
        var ended = attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(ended.path("attempts").asInt()).isEqualTo(2);
        assertThat(attachFixture.detachSends()).isEqualTo(2);
        assertThat(attachFixture.detachEffects()).isEqualTo(1);
    }
}
