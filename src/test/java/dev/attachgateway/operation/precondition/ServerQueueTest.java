package dev.attachgateway.operation.precondition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.operation.store.LeaseStore;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves that one operation at a time occupies a server's slot and that the server queue is fair between callers. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class ServerQueueTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    ServerQueue serverQueue;

    @Inject
    LeaseStore leaseStore;

    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
    }

    /** Requests the attach of another disk to the same server, without waiting. */
    private String attachAsync(String caller) {
        return attachFixture
                .with(attachFixture.server(), attachFixture.cloud().newVolume())
                .attachAs(caller, "Prefer", "respond-async")
                .operationId();
    }

    private void awaitPosition(String id, int position) {
        attachFixture.awaitOperation(
                id,
                operation -> operation.path("step").asText().equals("queued")
                        && operation
                                .path("detail")
                                .asText()
                                .contains("Position in the server's queue: " + position + "."));
    }

    @Test
    void operations_on_one_server_are_sent_one_after_the_other_and_none_is_refused() {
        // The sandbox would refuse a second operation on the server with ModelArts.6357.
        attachFixture.cloud().behaviour(Map.of("busy", true));
        var ids = List.of(
                attachAsync(AttachFixture.CALLER),
                attachAsync("team-1"),
                attachAsync("team-2"),
                attachAsync(AttachFixture.CALLER));
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
    void queued_operations_show_their_position_and_each_change_of_it() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var first = attachAsync(AttachFixture.CALLER);
        attachFixture.awaitOperation(
                first, operation -> operation.path("step").asText().equals("following"));
        var second = attachAsync(AttachFixture.CALLER);
        awaitPosition(second, 2);
        var third = attachAsync(AttachFixture.CALLER);
        awaitPosition(third, 3);
        assertThat(attachFixture.operation(third).path("operation_status").asText())
                .isEqualTo("pending");
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(third, "success");
        var details = attachFixture.story(third).stream()
                .map(event -> event.json().path("detail").asText())
                .filter(detail -> detail.contains("Position in the server's queue"))
                .toList();
        assertThat(details).anyMatch(detail -> detail.endsWith(": 3.")).anyMatch(detail -> detail.endsWith(": 2."));
    }

    @ParameterizedTest
    @CsvSource({"queue_position = 2, false", "queue_position = 3, true", "queue_position = null, true"})
    void a_change_of_position_is_found_by_the_column_and_not_by_the_sentence(String stored, boolean changed) {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var first = attachAsync(AttachFixture.CALLER);
        attachFixture.awaitOperation(
                first, operation -> operation.path("step").asText().equals("following"));
        var second = attachAsync(AttachFixture.CALLER);
        awaitPosition(second, 2);
        pool.query("update operation set detail = 'Another sentence.', " + stored + " where operation_id = '" + second
                        + "'")
                .execute()
                .await()
                .atMost(LIMIT);
        var found = serverQueue.findChangedPositions(leaseStore.owner()).await().atMost(LIMIT);
        assertThat(found.contains(UUID.fromString(second))).isEqualTo(changed);
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(second, "success");
    }

    @Test
    void the_queue_serves_callers_in_rounds() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var manyOfOneCaller = new ArrayList<String>();
        manyOfOneCaller.add(attachAsync(AttachFixture.CALLER));
        attachFixture.awaitOperation(
                manyOfOneCaller.getFirst(),
                operation -> operation.path("step").asText().equals("following"));
        for (int i = 2; i <= 5; i++) {
            manyOfOneCaller.add(attachAsync(AttachFixture.CALLER));
            awaitPosition(manyOfOneCaller.getLast(), i);
        }
        var oneOfAnother = attachAsync("team-1");
        awaitPosition(oneOfAnother, 3);
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        manyOfOneCaller.forEach(id -> attachFixture.awaitStatus(id, "success"));
        attachFixture.awaitStatus(oneOfAnother, "success");
        var order = attachFixture.cloud().requests().stream()
                .filter(request -> request.path("call").asText().equals("attach"))
                .filter(request -> request.path("server_id").asText().equals(attachFixture.server()))
                .sorted(Comparator.comparing(
                        request -> Instant.parse(request.path("at").asText())))
                .map(request -> request.path("volume_id").asText())
                .toList();
        assertThat(order).hasSize(6);
        assertThat(order.indexOf(
                        attachFixture.operation(oneOfAnother).path("volume_id").asText()))
                .isEqualTo(2);
    }

    @Test
    void an_unsettled_operation_frees_the_server_slot() {
        attachFixture
                .cloud()
                .faults(Fault.kind("attach", "drop").disk(attachFixture.disk()).times(1));
        var lost = attachFixture.attach("Prefer", "respond-async").operationId();
        attachFixture.awaitUnsettled(lost);
        var next = attachAsync("team-1");
        attachFixture.awaitStatus(next, "success");
        assertThat(attachFixture.operation(lost).path("unsettled").asBoolean()).isTrue();
        attachFixture.awaitStatus(lost, "success");
    }

    @Test
    void an_operation_waiting_for_its_retry_frees_the_server_slot() {
        attachFixture
                .cloud()
                .faults(Fault.status("attach", 429, "APIGW.0308", "Slow down.").disk(attachFixture.disk()));
        var waiting = attachFixture.attach("Prefer", "respond-async").operationId();
        attachFixture.awaitOperation(
                waiting, operation -> operation.path("step").asText().equals("waiting"));
        attachFixture.awaitStatus(attachAsync("team-1"), "success");
        attachFixture.cloud().faults();
        attachFixture.awaitStatus(waiting, "success");
    }

    @Test
    void operations_on_different_servers_run_concurrently() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var first = attachAsync(AttachFixture.CALLER);
        attachFixture.awaitOperation(
                first, operation -> operation.path("step").asText().equals("following"));
        var other = attachFixture.with(
                attachFixture.cloud().newServer(), attachFixture.cloud().newVolume());
        var second = other.attach().operationId();
        other.awaitOperation(
                second, operation -> operation.path("step").asText().equals("following"));
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(first, "success");
    }
}
