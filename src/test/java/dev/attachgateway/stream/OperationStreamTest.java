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

/** The story of one operation, each of its events once and in order, however often the connection is lost. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class OperationStreamTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
    }

    private String stuckOperation() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var id = attachFixture.attach().operationId();
        attachFixture.awaitOperation(
                id, operation -> operation.path("step").asText().equals("following"));
        return id;
    }

    private void release() {
        attachFixture.cloud().behaviour(Map.of("stuck", false));
    }

    @Test
    void a_first_connection_gets_the_operation_as_it_stands_then_each_change_then_the_end() {
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
            var rest = stream.toEnd();
            assertThat(rest).allSatisfy(block -> assertThat(block.isChange()).isTrue());
            assertThat(rest.stream().map(Block::position)).isSorted().doesNotHaveDuplicates();
            assertThat(rest.getFirst().position()).isGreaterThan(closing.position());
            assertThat(rest.getLast().operationStatus()).isEqualTo("success");
            assertThat(rest.getLast().json()).isEqualTo(attachFixture.operation(id));
        }
    }

    @Test
    void an_operation_that_has_ended_is_a_snapshot_and_an_end() {
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
    void two_watchers_see_the_same() {
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
    void coming_back_with_the_last_id_misses_nothing_and_doubles_nothing() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        var whole = attachFixture.story(id);
        assertThat(whole).hasSizeGreaterThan(4);
        for (int seen = 1; seen < whole.size(); seen++) {
            var last = String.valueOf(whole.get(seen - 1).id());
            try (var header = attachFixture.follow(id, "Last-Event-ID", last);
                    var query = byQuery(id, last)) {
                assertThat(header.toEnd()).isEqualTo(whole.subList(seen, whole.size()));
                assertThat(query.toEnd()).isEqualTo(whole.subList(seen, whole.size()));
            }
        }
    }

    @Test
    void a_reader_that_is_cut_off_after_each_event_reads_the_whole_story() {
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
        var whole = attachFixture.story(id);
        assertThat(read).isEqualTo(whole.subList(whole.size() - read.size(), whole.size()));
        assertThat(read.stream().map(Block::position)).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void whoever_has_seen_the_end_is_told_to_stay_away() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        var end = String.valueOf(attachFixture.story(id).getLast().id());
        assertThat(attachFixture.follow(id, "Last-Event-ID", end).status()).isEqualTo(204);
        assertThat(byQuery(id, end).status()).isEqualTo(204);
        // Any later id of the same history says the same: the client has read further in the project.
        var other =
                attachFixture.with(attachFixture.server(), attachFixture.cloud().newVolume());
        var later = other.attach().operationId();
        other.awaitStatus(later, "success");
        var past = String.valueOf(other.story(later).getLast().id());
        assertThat(attachFixture.follow(id, "Last-Event-ID", past).status()).isEqualTo(204);
    }

    @Test
    void an_id_of_another_history_is_reset_with_a_fresh_snapshot() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        var end = attachFixture.story(id).getLast();
        var foreign = end.epoch().equals("00000000") ? "11111111" : "00000000";
        assertReset(attachFixture.follow(id, "Last-Event-ID", foreign + "-" + end.position()), "another-history");
    }

    @Test
    void a_position_that_has_not_been_yet_is_reset_with_a_fresh_snapshot() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        var end = attachFixture.story(id).getLast();
        assertReset(
                attachFixture.follow(id, "Last-Event-ID", end.epoch() + "-" + (end.position() + 1_000_000)),
                "ahead-of-history");
    }

    @Test
    void an_end_that_is_of_another_history_is_no_end() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        var end = attachFixture.story(id).getLast();
        var forged = end.epoch() + "-" + end.position() + "-00000000";
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
    void silence_is_broken_by_comments() {
        var id = stuckOperation();
        try (var stream = attachFixture.follow(id)) {
            stream.next(block -> block.id() != null);
            for (int i = 0; i < 3; i++) {
                var beat = stream.next();
                assertThat(beat.comments()).isEqualTo(1);
                assertThat(beat.isEvent()).isFalse();
                assertThat(beat.id()).isNull();
            }
        }
    }

    private EventStream byQuery(String id, String last) {
        var path = GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), id);
        return attachFixture.gateway().stream(
                path + "?last_event_id=" + last, attachFixture.gateway().withToken(AttachFixture.CALLER));
    }

    @Test
    void ids_rise_by_the_events_of_the_whole_project() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        List<Block> story = attachFixture.story(id);
        assertThat(story.stream().map(Block::epoch).distinct()).hasSize(1);
        assertThat(story.getFirst().epoch()).matches("[0-9a-f]{8}");
    }
}
