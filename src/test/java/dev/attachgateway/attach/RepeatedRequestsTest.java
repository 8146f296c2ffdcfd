package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that repeated requests without a key join or name the earlier operation and have no second effect. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class RepeatedRequestsTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    @Test
    void a_repeated_request_of_the_same_caller_joins_the_operation() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var first = attachFixture.attach();
        var second = attachFixture.attach();
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.operationId()).isEqualTo(first.operationId());
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(first.operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void ten_concurrent_requests_are_one_operation_and_one_effect() {
        attachFixture.cloud().faults(Fault.delay("attach", Duration.ofMillis(500)));
        var answers = IntStream.range(0, 10)
                .mapToObj(_ -> attachFixture
                        .gateway()
                        .attachLater(
                                AttachFixture.CALLER, GatewayClient.P1, attachFixture.server(), attachFixture.disk()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(answers.stream().map(HttpAnswer::operationId).distinct()).hasSize(1);
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void another_caller_gets_409_with_the_holding_operation() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var first = attachFixture.attach();
        var refused = attachFixture.attachAs("team-1");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("Gateway.DiskReserved");
        assertThat(refused.text("held_by_operation_id")).isEqualTo(first.operationId());
        assertThat(refused.text("next_step")).contains("held_by_operation_id");
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void the_same_caller_with_another_server_is_rejected() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var first = attachFixture.attach();
        var refused = attachFixture
                .with(attachFixture.cloud().newServer(), attachFixture.disk())
                .attach();
        assertThat(refused.code()).isEqualTo("Gateway.DiskReserved");
        assertThat(refused.text("held_by_operation_id")).isEqualTo(first.operationId());
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void after_success_a_repeated_request_names_the_operation_that_attached() {
        var first = attachFixture.attach();
        attachFixture.awaitStatus(first.operationId(), "success");
        for (var caller : new String[] {AttachFixture.CALLER, "team-2"}) {
            var again = attachFixture.attachAs(caller);
            assertThat(again.status()).isEqualTo(409);
            assertThat(again.code()).isEqualTo("Gateway.DiskAlreadyAttached");
            assertThat(again.text("attached_by_operation_id")).isEqualTo(first.operationId());
            assertThat(again.operationId()).isNotEmpty().isNotEqualTo(first.operationId());
        }
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void after_a_failure_a_repeated_request_is_a_new_attempt() {
        attachFixture.cloud().behaviour(Map.of("fail_code", "ModelArts.9001"));
        var first = attachFixture.attach();
        attachFixture.awaitStatus(first.operationId(), "failed");
        // The cloud reports "failed" a moment before EVS shows the disk as free again.
        attachFixture.awaitDisk("available");
        var withoutFault = AttachFixture.set().with(attachFixture.server(), attachFixture.disk());
        var second = withoutFault.attach();
        assertThat(second.operationId()).isNotEqualTo(first.operationId());
        withoutFault.awaitStatus(second.operationId(), "success");
    }
}
