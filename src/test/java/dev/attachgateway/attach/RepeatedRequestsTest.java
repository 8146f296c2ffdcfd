package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Answer;
import dev.attachgateway.testkit.Gateway;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.PracticeCloud.Fault;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Scene;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class RepeatedRequestsTest {
    private Scene scene;

    @BeforeEach
    void set() {
        scene = Scene.set();
    }

    @Test
    void the_same_caller_asking_again_joins_the_operation() {
        scene.cloud().behaviour(Map.of("stuck", true));
        var first = scene.attach();
        var second = scene.attach();
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.operationId()).isEqualTo(first.operationId());
        scene.cloud().behaviour(Map.of("stuck", false));
        scene.awaitStatus(first.operationId(), "success");
        assertThat(scene.sends()).isEqualTo(1);
        assertThat(scene.effects()).isEqualTo(1);
    }

    @Test
    void ten_repetitions_while_the_first_is_on_its_way_are_one_operation_and_one_effect() {
        scene.cloud().faults(Fault.delay("attach", Duration.ofMillis(500)));
        var answers = IntStream.range(0, 10)
                .mapToObj(i -> scene.gateway().attachLater(Scene.CALLER, Gateway.P1, scene.server(), scene.disk()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(answers.stream().map(Answer::operationId).distinct()).hasSize(1);
        assertThat(scene.sends()).isEqualTo(1);
        assertThat(scene.effects()).isEqualTo(1);
    }

    @Test
    void another_caller_is_told_who_has_the_disk() {
        scene.cloud().behaviour(Map.of("stuck", true));
        var first = scene.attach();
        var refused = scene.attachAs("team-1");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("Gateway.DiskReserved");
        assertThat(refused.text("held_by_operation_id")).isEqualTo(first.operationId());
        assertThat(refused.text("next_step")).contains("held_by_operation_id");
        assertThat(scene.sends()).isEqualTo(1);
    }

    @Test
    void the_same_caller_with_another_server_is_refused() {
        scene.cloud().behaviour(Map.of("stuck", true));
        var first = scene.attach();
        var refused = scene.with(scene.cloud().newServer(), scene.disk()).attach();
        assertThat(refused.code()).isEqualTo("Gateway.DiskReserved");
        assertThat(refused.text("held_by_operation_id")).isEqualTo(first.operationId());
        assertThat(scene.effects()).isEqualTo(1);
    }

    @Test
    void after_success_asking_again_names_the_operation_that_did_it() {
        var first = scene.attach();
        scene.awaitStatus(first.operationId(), "success");
        for (var caller : new String[] {Scene.CALLER, "team-2"}) {
            var again = scene.attachAs(caller);
            assertThat(again.status()).isEqualTo(409);
            assertThat(again.code()).isEqualTo("Gateway.DiskAlreadyHere");
            assertThat(again.text("attached_by_operation_id")).isEqualTo(first.operationId());
            assertThat(again.operationId()).isNotEmpty().isNotEqualTo(first.operationId());
        }
        assertThat(scene.effects()).isEqualTo(1);
    }

    @Test
    void after_a_failure_asking_again_is_a_new_attempt() {
        scene.cloud().behaviour(Map.of("fail_code", "ModelArts.9001"));
        var first = scene.attach();
        scene.awaitStatus(first.operationId(), "failed");
        // The cloud says "failed" a moment before EVS shows the disk as free again.
        scene.awaitDisk("available");
        var calm = Scene.set().with(scene.server(), scene.disk());
        var second = calm.attach();
        assertThat(second.operationId()).isNotEqualTo(first.operationId());
        calm.awaitStatus(second.operationId(), "success");
    }
}
