package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Proves that the stream of one operation has each of its events once and in order, however often the connection is
 * lost.
 */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class OperationStreamTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    private String stuckOperation() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var id = attachFixture.attach().operationId();
        attachFixture.awaitOperation(
                id,
                operation -> operation.path("step").asText().equals("following")
                        && operation.path("operation_status").asText().equals("running"));
        return id;
    }

    private void release() {
        attachFixture.cloud().behaviour(Map.of("stuck", false));
    }

    @Test
    void a_first_connection_gets_a_snapshot_then_each_event_then_the_end() {
        var id = stuckOperation();
        try (var stream = attachFixture.follow(id)) {
            var retry = stream.next();
            assertThat(Long.parseLong(String.valueOf(retry.retry()))).isBetween(2000L, 3000L);
            assertThat(retry.isEvent()).isFalse();

            var snapshot = stream.next(Block::isEvent);
            assertThat(snapshot.id()).isNull();
            assertThat(snapshot.event()).isEqualTo("operation");
            assertThat(snapshot.json().path("operation_id").asText()).isEqualTo(id);
            var closing = stream.next();
            assertThat(closing.id()).isNotNull();
            assertThat(closing.isEvent()).isFalse();

            release();
            var remaining = stream.toEnd();
            assertThat(remaining)
                    .allSatisfy(block -> assertThat(block.isChange()).isTrue());
            assertThat(remaining.stream().map(Block::position)).isSorted().doesNotHaveDuplicates();
            assertThat(remaining.getFirst().position()).isGreaterThan(closing.position());
            assertThat(remaining.getLast().operationStatus()).isEqualTo("success");
            assertThat(remaining.getLast().json()).isEqualTo(attachFixture.operation(id));
        }
    }

    @Test
    void the_stream_of_an_ended_operation_is_a_snapshot_and_the_end() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        try (var stream = attachFixture.follow(id)) {
            var all = stream.toEnd();
            assertThat(all).hasSize(2);
            assertThat(all.getFirst().operationStatus()).isEqualTo("success");
            assertThat(all.getFirst().id()).isNull();
            assertThat(all.getLast().isEvent()).isFalse();
            assertThat(all.getLast().id()).isNotNull();
        }
    }

    @Test
    void two_subscribers_receive_the_same_events() {
        var id = stuckOperation();
        try (var one = attachFixture.follow(id);
                var other = attachFixture.gateway().follow("viewer", GatewayClient.P1, attachFixture.server(), id)) {
            one.next(block -> block.id() != null);
            other.next(block -> block.id() != null);
            release();
            assertThat(one.toEnd()).isNotEmpty().isEqualTo(other.toEnd());
        }
    }

    @Test
    void reconnecting_with_the_last_event_id_neither_loses_nor_repeats_events() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        var all = attachFixture.story(id);
        assertThat(all).hasSizeGreaterThan(4);
        for (int received = 1; received < all.size(); received++) {
            var last = String.valueOf(all.get(received - 1).id());
            try (var header = attachFixture.follow(id, "Last-Event-ID", last);
                    var query = byQuery(id, last)) {
                assertThat(header.toEnd()).isEqualTo(all.subList(received, all.size()));
                assertThat(query.toEnd()).isEqualTo(all.subList(received, all.size()));
            }
        }
    }

    @Test
    void a_client_disconnected_after_each_event_receives_all_events() {
        attachFixture.cloud().behaviour(Map.of("attach_ms", 800));
        var id = attachFixture.attach("Prefer", "respond-async").operationId();
        var read = new ArrayList<Block>();
        var last = "";
        try (var first = attachFixture.follow(id)) {
            last = String.valueOf(first.next(block -> block.id() != null).id());
        }
        while (read.isEmpty() || !read.getLast().operationStatus().equals("success")) {
            try (var stream = attachFixture.follow(id, "Last-Event-ID", last)) {
                read.add(stream.events(1).getFirst());
                last = stream.lastEventId();
            }
        }
        var all = attachFixture.story(id);
        assertThat(read).isEqualTo(all.subList(all.size() - read.size(), all.size()));
        assertThat(read.stream().map(Block::position)).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void a_client_that_has_received_the_last_event_gets_204() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        var lastEvent = String.valueOf(attachFixture.story(id).getLast().id());
        assertThat(attachFixture.follow(id, "Last-Event-ID", lastEvent).status())
                .isEqualTo(204);
        assertThat(byQuery(id, lastEvent).status()).isEqualTo(204);
        // Any later id of the same history has the same effect: the client has read further in the project.
        var other =
                attachFixture.with(attachFixture.server(), attachFixture.cloud().newVolume());
        var later = other.attach().operationId();
        other.awaitStatus(later, "success");
        var laterId = String.valueOf(other.story(later).getLast().id());
        assertThat(attachFixture.follow(id, "Last-Event-ID", laterId).status()).isEqualTo(204);
    }

    @Test
    void an_id_of_another_history_causes_a_reset_and_a_snapshot() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        var lastEvent = attachFixture.story(id).getLast();
        var foreign = lastEvent.epoch().equals("00000000") ? "11111111" : "00000000";
        assertReset(attachFixture.follow(id, "Last-Event-ID", foreign + "-" + lastEvent.position()), "another-history");
    }

    @Test
    void a_position_ahead_of_the_history_causes_a_reset_and_a_snapshot() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        var lastEvent = attachFixture.story(id).getLast();
        assertReset(
                attachFixture.follow(id, "Last-Event-ID", lastEvent.epoch() + "-" + (lastEvent.position() + 1_000_000)),
                "ahead-of-history");
    }

    @Test
    void a_last_event_with_another_checksum_causes_a_reset() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        var lastEvent = attachFixture.story(id).getLast();
        var forged = lastEvent.epoch() + "-" + lastEvent.position() + "-00000000";
        assertReset(attachFixture.follow(id, "Last-Event-ID", forged), "another-history");
    }

    private static void assertReset(EventStream stream, String reason) {
        try (stream) {
            var all = stream.toEnd();
            assertThat(all.stream().map(Block::event)).containsExactly("reset", "operation", null);
            assertThat(all.getFirst().json().path("reason").asText()).isEqualTo(reason);
            assertThat(all.get(1).id()).isNull();
            assertThat(all.get(2).id()).isNotNull();
        }
    }

    @Test
    void an_idle_stream_sends_comments_as_heartbeats() {
        var id = stuckOperation();
        try (var stream = attachFixture.follow(id)) {
            stream.next(block -> block.id() != null);
            for (int i = 0; i < 3; i++) {
                var heartbeat = stream.next();
                assertThat(heartbeat.comments()).isEqualTo(1);
                assertThat(heartbeat.isEvent()).isFalse();
                assertThat(heartbeat.id()).isNull();
            }
        }
    }

    private EventStream byQuery(String id, String last) {
        var path = GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), id);
        return attachFixture.gateway().stream(
                path + "?last_event_id=" + last, attachFixture.gateway().withToken(AttachFixture.CALLER));
    }

    @Test
    void ids_of_one_operation_have_one_epoch() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        List<Block> events = attachFixture.story(id);
        assertThat(events.stream().map(Block::epoch).distinct()).hasSize(1);
        assertThat(events.getFirst().epoch()).matches("[0-9a-f]{8}");
    }
}
