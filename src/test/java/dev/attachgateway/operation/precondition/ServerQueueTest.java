package dev.attachgateway.operation.precondition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.PracticeCloud.Fault;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Scene;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One operation is under way on a server at a time; the others wait in a line that is fair between callers. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class ServerQueueTest {
    private Scene scene;

    @BeforeEach
    void set() {
        scene = Scene.set();
    }

    /** Another disk for the same server, asked for and not waited for. */
    private String ask(String caller) {
        return scene.with(scene.server(), scene.cloud().newVolume())
                .attachAs(caller, "Prefer", "respond-async")
                .operationId();
    }

    private void awaitPlace(String id, int place) {
        scene.awaitOperation(
                id,
                operation -> operation.path("step").asText().equals("queued")
                        && operation.path("detail").asText().contains("Place in line: " + place + "."));
    }

    @Test
    void a_busy_server_refuses_nobody_because_one_is_sent_after_the_other() {
        // The practice cloud would refuse a second operation on the server with ModelArts.6357.
        scene.cloud().behaviour(Map.of("busy", true));
        var ids = List.of(ask(Scene.CALLER), ask("team-1"), ask("team-2"), ask(Scene.CALLER));
        ids.forEach(id -> assertThat(
                        scene.awaitStatus(id, "success").path("attempts").asInt())
                .isEqualTo(1));
        var refused = scene.cloud().requests().stream()
                .filter(request -> request.path("server_id").asText().equals(scene.server()))
                .filter(request -> request.path("status").asInt() == 400);
        assertThat(refused).isEmpty();
    }

    @Test
    void the_waiting_are_told_their_place_and_each_change_of_it() {
        scene.cloud().behaviour(Map.of("stuck", true));
        var first = ask(Scene.CALLER);
        scene.awaitOperation(first, operation -> operation.path("step").asText().equals("following"));
        var second = ask(Scene.CALLER);
        awaitPlace(second, 2);
        var third = ask(Scene.CALLER);
        awaitPlace(third, 3);
        assertThat(scene.operation(third).path("operation_status").asText()).isEqualTo("pending");
        scene.cloud().behaviour(Map.of("stuck", false));
        scene.awaitStatus(third, "success");
        var places = scene.story(third).stream()
                .map(event -> event.json().path("detail").asText())
                .filter(detail -> detail.contains("Place in line"))
                .toList();
        assertThat(places).anyMatch(place -> place.endsWith(": 3.")).anyMatch(place -> place.endsWith(": 2."));
    }

    @Test
    void nobody_waits_behind_all_of_somebody_elses() {
        scene.cloud().behaviour(Map.of("stuck", true));
        var many = new ArrayList<String>();
        many.add(ask(Scene.CALLER));
        scene.awaitOperation(
                many.getFirst(), operation -> operation.path("step").asText().equals("following"));
        for (int i = 2; i <= 5; i++) {
            many.add(ask(Scene.CALLER));
            awaitPlace(many.getLast(), i);
        }
        var one = ask("team-1");
        awaitPlace(one, 3);
        scene.cloud().behaviour(Map.of("stuck", false));
        many.forEach(id -> scene.awaitStatus(id, "success"));
        scene.awaitStatus(one, "success");
        var order = scene.cloud().requests().stream()
                .filter(request -> request.path("call").asText().equals("attach"))
                .filter(request -> request.path("server_id").asText().equals(scene.server()))
                .sorted(Comparator.comparing(
                        request -> Instant.parse(request.path("at").asText())))
                .map(request -> request.path("volume_id").asText())
                .toList();
        assertThat(order).hasSize(6);
        assertThat(order.indexOf(scene.operation(one).path("volume_id").asText()))
                .isEqualTo(2);
    }

    @Test
    void an_unsettled_operation_gives_up_its_turn() {
        scene.cloud().faults(Fault.kind("attach", "drop").disk(scene.disk()).times(1));
        var lost = scene.attach("Prefer", "respond-async").operationId();
        scene.awaitUnsettled(lost);
        var next = ask("team-1");
        scene.awaitStatus(next, "success");
        assertThat(scene.operation(lost).path("unsettled").asBoolean()).isTrue();
        scene.awaitStatus(lost, "success");
    }

    @Test
    void an_operation_that_waits_to_be_sent_again_gives_up_its_turn() {
        scene.cloud()
                .faults(Fault.status("attach", 429, "APIGW.0308", "Slow down.").disk(scene.disk()));
        var waiting = scene.attach("Prefer", "respond-async").operationId();
        scene.awaitOperation(
                waiting, operation -> operation.path("step").asText().equals("waiting"));
        scene.awaitStatus(ask("team-1"), "success");
        scene.cloud().faults();
        scene.awaitStatus(waiting, "success");
    }

    @Test
    void two_servers_wait_for_nobody() {
        scene.cloud().behaviour(Map.of("stuck", true));
        var here = ask(Scene.CALLER);
        scene.awaitOperation(here, operation -> operation.path("step").asText().equals("following"));
        var other = scene.with(scene.cloud().newServer(), scene.cloud().newVolume());
        var there = other.attach().operationId();
        other.awaitOperation(there, operation -> operation.path("step").asText().equals("following"));
        scene.cloud().behaviour(Map.of("stuck", false));
        scene.awaitStatus(here, "success");
    }
}
