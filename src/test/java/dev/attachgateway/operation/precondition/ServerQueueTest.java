package dev.attachgateway.operation.precondition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
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
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
    }

    /** Another disk for the same server, asked for and not waited for. */
    private String ask(String caller) {
        return attachFixture
                .with(attachFixture.server(), attachFixture.cloud().newVolume())
                .attachAs(caller, "Prefer", "respond-async")
                .operationId();
    }

    private void awaitPlace(String id, int place) {
        attachFixture.awaitOperation(
                id,
                operation -> operation.path("step").asText().equals("queued")
                        && operation.path("detail").asText().contains("Place in line: " + place + "."));
    }

    @Test
    void a_busy_server_refuses_nobody_because_one_is_sent_after_the_other() {
        // The practice cloud would refuse a second operation on the server with ModelArts.6357.
        attachFixture.cloud().behaviour(Map.of("busy", true));
        var ids = List.of(ask(AttachFixture.CALLER), ask("team-1"), ask("team-2"), ask(AttachFixture.CALLER));
        ids.forEach(id -> assertThat(attachFixture
                        .awaitStatus(id, "success")
                        .path("attempts")
                        .asInt())
                .isEqualTo(1));
        var refused = attachFixture.cloud().requests().stream()
                .filter(request -> request.path("server_id").asText().equals(attachFixture.server()))
                .filter(request -> request.path("status").asInt() == 400);
        assertThat(refused).isEmpty();
    }

    @Test
    void the_waiting_are_told_their_place_and_each_change_of_it() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var first = ask(AttachFixture.CALLER);
        attachFixture.awaitOperation(
                first, operation -> operation.path("step").asText().equals("following"));
        var second = ask(AttachFixture.CALLER);
        awaitPlace(second, 2);
        var third = ask(AttachFixture.CALLER);
        awaitPlace(third, 3);
        assertThat(attachFixture.operation(third).path("operation_status").asText())
                .isEqualTo("pending");
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(third, "success");
        var places = attachFixture.story(third).stream()
                .map(event -> event.json().path("detail").asText())
                .filter(detail -> detail.contains("Place in line"))
                .toList();
        assertThat(places).anyMatch(place -> place.endsWith(": 3.")).anyMatch(place -> place.endsWith(": 2."));
    }

    @Test
    void nobody_waits_behind_all_of_somebody_elses() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var many = new ArrayList<String>();
        many.add(ask(AttachFixture.CALLER));
        attachFixture.awaitOperation(
                many.getFirst(), operation -> operation.path("step").asText().equals("following"));
        for (int i = 2; i <= 5; i++) {
            many.add(ask(AttachFixture.CALLER));
            awaitPlace(many.getLast(), i);
        }
        var one = ask("team-1");
        awaitPlace(one, 3);
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        many.forEach(id -> attachFixture.awaitStatus(id, "success"));
        attachFixture.awaitStatus(one, "success");
        var order = attachFixture.cloud().requests().stream()
                .filter(request -> request.path("call").asText().equals("attach"))
                .filter(request -> request.path("server_id").asText().equals(attachFixture.server()))
                .sorted(Comparator.comparing(
                        request -> Instant.parse(request.path("at").asText())))
                .map(request -> request.path("volume_id").asText())
                .toList();
        assertThat(order).hasSize(6);
        assertThat(order.indexOf(attachFixture.operation(one).path("volume_id").asText()))
                .isEqualTo(2);
    }

    @Test
    void an_unsettled_operation_gives_up_its_turn() {
        attachFixture
                .cloud()
                .faults(Fault.kind("attach", "drop").disk(attachFixture.disk()).times(1));
        var lost = attachFixture.attach("Prefer", "respond-async").operationId();
        attachFixture.awaitUnsettled(lost);
        var next = ask("team-1");
        attachFixture.awaitStatus(next, "success");
        assertThat(attachFixture.operation(lost).path("unsettled").asBoolean()).isTrue();
        attachFixture.awaitStatus(lost, "success");
    }

    @Test
    void an_operation_that_waits_to_be_sent_again_gives_up_its_turn() {
        attachFixture
                .cloud()
                .faults(Fault.status("attach", 429, "APIGW.0308", "Slow down.").disk(attachFixture.disk()));
        var waiting = attachFixture.attach("Prefer", "respond-async").operationId();
        attachFixture.awaitOperation(
                waiting, operation -> operation.path("step").asText().equals("waiting"));
        attachFixture.awaitStatus(ask("team-1"), "success");
        attachFixture.cloud().faults();
        attachFixture.awaitStatus(waiting, "success");
    }

    @Test
    void two_servers_wait_for_nobody() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var here = ask(AttachFixture.CALLER);
        attachFixture.awaitOperation(
                here, operation -> operation.path("step").asText().equals("following"));
        var other = attachFixture.with(
                attachFixture.cloud().newServer(), attachFixture.cloud().newVolume());
        var there = other.attach().operationId();
        other.awaitOperation(there, operation -> operation.path("step").asText().equals("following"));
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(here, "success");
    }
}
