package dev.attachgateway.operation.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the cloud's acceptance to an end that has been seen. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class CompletionStepTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "drop", "garbage"})
    void a_cloud_that_cannot_be_asked_for_a_while_changes_nothing(String kind) {
        var fault = kind.equals("status") ? Fault.status("operation", 500) : Fault.kind("operation", kind);
        attachFixture.cloud().faults(fault.disk(attachFixture.disk()).times(7));
        var answer = attachFixture.attach();
        var ended = attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(ended.path("attempts").asInt()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void an_operation_the_cloud_has_forgotten_is_judged_by_the_disk() {
        attachFixture
                .cloud()
                .faults(Fault.status("operation", 400, "ModelArts.6404", "Operation not found.")
                        .disk(attachFixture.disk()));
        attachFixture.awaitStatus(attachFixture.attach().operationId(), "success");
    }

    @Test
    void an_operation_that_fails_in_the_cloud_fails_with_the_clouds_code_and_frees_the_disk() {
        attachFixture.cloud().behaviour(Map.of("fail_code", "ModelArts.9001"));
        var answer = attachFixture.attach();
        assertThat(answer.status()).isEqualTo(200);
        var failed = attachFixture.awaitStatus(answer.operationId(), "failed");
        assertThat(failed.at("/operation_error/code").asText()).isEqualTo("ModelArts.9001");
        assertThat(failed.at("/operation_error/message").asText()).isNotBlank();
        assertThat(failed.path("unsettled").asBoolean()).isFalse();
        // The cloud says "failed" a moment before EVS shows the disk as free again.
        attachFixture.awaitDisk("available");
        var calm = AttachFixture.set().with(attachFixture.server(), attachFixture.disk());
        calm.awaitStatus(calm.attachAs("team-1").operationId(), "success");
    }

    @Test
    void success_is_said_only_once_the_disk_is_seen_there() {
        var lag = Duration.ofMillis(1200);
        attachFixture.cloud().behaviour(Map.of("evs_lag_ms", lag.toMillis(), "server_lag_ms", lag.toMillis()));
        var answer = attachFixture.attach();
        var confirming = attachFixture.awaitOperation(
                answer.operationId(),
                operation -> operation.path("step").asText().equals("confirming"));
        assertThat(confirming.path("operation_status").asText()).isEqualTo("running");
        var ended = attachFixture.awaitStatus(answer.operationId(), "success");
        var begun = Instant.parse(attachFixture
                .cloud()
                .effects(attachFixture.disk())
                .getFirst()
                .path("at")
                .asText());
        assertThat(Instant.parse(ended.path("updated_at").asText())).isAfter(begun.plus(lag));
    }

    @Test
    void what_is_not_seen_in_time_is_unsettled_and_may_still_come_true() {
        attachFixture.cloud().behaviour(Map.of("evs_lag_ms", 6000, "server_lag_ms", 6000));
        var answer = attachFixture.attach();
        var unsettled = attachFixture.awaitUnsettled(answer.operationId());
        assertThat(unsettled.path("operation_status").asText()).isEqualTo("running");
        assertThat(unsettled.path("detail").asText()).contains("neither the disk nor the server");
        assertThat(attachFixture.attachAs("team-1").code()).isEqualTo("Gateway.DiskReserved");
        var ended = attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(ended.path("unsettled").asBoolean()).isFalse();
        assertThat(ended.has("detail")).isFalse();
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void either_of_disk_and_server_is_enough_to_see_it() {
        attachFixture.cloud().behaviour(Map.of("server_lag_ms", 60_000));
        attachFixture.awaitStatus(attachFixture.attach().operationId(), "success");
    }

    @Test
    void one_poller_asks_however_many_watch() {
        attachFixture.cloud().behaviour(Map.of("attach_ms", 1500));
        var id = attachFixture.attach().operationId();
        for (int i = 0; i < 10; i++) {
            attachFixture.follow(id).close();
        }
        var watchers = java.util.stream.IntStream.range(0, 10)
                .mapToObj(i -> attachFixture.follow(id))
                .toList();
        watchers.forEach(watcher -> assertThat(watcher.toEnd()).isNotEmpty());
        // Half of poll-most is the shortest steady wait: 1.5 s take at most about 15 polls and a few at the beginning.
        assertThat(attachFixture.cloud().requests("operation", attachFixture.disk()))
                .hasSizeLessThan(30);
    }
}
