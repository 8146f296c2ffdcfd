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

/** Proves that an accepted operation is polled by one poller and ends only after disk or server confirm it. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class CompletionStepTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "drop", "garbage"})
    void failed_polls_do_not_change_the_operation(String kind) {
        var fault = kind.equals("status") ? Fault.status("operation", 500) : Fault.kind("operation", kind);
        attachFixture.cloud().faults(fault.disk(attachFixture.disk()).times(7));
        var answer = attachFixture.attach();
        var ended = attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(ended.path("attempts").asInt()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void an_operation_unknown_to_the_cloud_is_confirmed_by_the_disk() {
        attachFixture
                .cloud()
                .faults(Fault.status("operation", 400, "ModelArts.6404", "Operation not found.")
                        .disk(attachFixture.disk()));
        attachFixture.awaitStatus(attachFixture.attach().operationId(), "success");
    }

    @Test
    void a_failure_in_the_cloud_has_the_clouds_code_and_frees_the_disk() {
        attachFixture.cloud().behaviour(Map.of("fail_code", "ModelArts.9001"));
        var answer = attachFixture.attach();
        assertThat(answer.status()).isEqualTo(200);
        var failed = attachFixture.awaitStatus(answer.operationId(), "failed");
        assertThat(failed.at("/operation_error/code").asText()).isEqualTo("ModelArts.9001");
        assertThat(failed.at("/operation_error/message").asText()).isNotBlank();
        assertThat(failed.path("unsettled").asBoolean()).isFalse();
        // The cloud reports "failed" a moment before EVS shows the disk as free again.
        attachFixture.awaitDisk("available");
        var withoutFault = AttachFixture.set().with(attachFixture.server(), attachFixture.disk());
        withoutFault.awaitStatus(withoutFault.attachAs("team-1").operationId(), "success");
    }

    @Test
    void success_requires_that_the_disk_is_read_as_attached() {
        var lag = Duration.ofMillis(1200);
        attachFixture.cloud().behaviour(Map.of("evs_lag_ms", lag.toMillis(), "server_lag_ms", lag.toMillis()));
        var answer = attachFixture.attach();
        var confirming = attachFixture.awaitOperation(
                answer.operationId(),
                operation -> operation.path("step").asText().equals("confirming"));
        assertThat(confirming.path("operation_status").asText()).isEqualTo("running");
        var ended = attachFixture.awaitStatus(answer.operationId(), "success");
        var started = Instant.parse(attachFixture
                .cloud()
                .effects(attachFixture.disk())
                .getFirst()
                .path("at")
                .asText());
        assertThat(Instant.parse(ended.path("updated_at").asText())).isAfter(started.plus(lag));
    }

    @Test
    void an_unconfirmed_attach_is_unsettled_and_may_still_succeed() {
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
    void the_disk_alone_confirms_an_attach() {
        attachFixture.cloud().behaviour(Map.of("server_lag_ms", 60_000));
        attachFixture.awaitStatus(attachFixture.attach().operationId(), "success");
    }

    @Test
    void one_poller_serves_any_number_of_subscribers() {
        attachFixture.cloud().behaviour(Map.of("attach_ms", 1500));
        var id = attachFixture.attach().operationId();
        for (int i = 0; i < 10; i++) {
            attachFixture.follow(id).close();
        }
        var subscribers = java.util.stream.IntStream.range(0, 10)
                .mapToObj(_ -> attachFixture.follow(id))
                .toList();
        subscribers.forEach(subscriber -> assertThat(subscriber.toEnd()).isNotEmpty());
        // Half of poll-max-interval is the shortest steady delay: 1.5 s are about 15 polls at most and a few at the
        // beginning.
        assertThat(attachFixture.cloud().requests("operation", attachFixture.disk()))
                .hasSizeLessThan(30);
    }
}
