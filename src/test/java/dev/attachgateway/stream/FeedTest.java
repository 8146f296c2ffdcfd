package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Proves that a project's feed is a snapshot and then each event once and in order, however often the connection is
 * lost.
 */
@QuarkusTest
@TestProfile(FeedProfile.class)
@WithTestResource(PostgresForTests.class)
class FeedTest {
    @Inject
    Pool pool;

    @Inject
    EventLog log;

    private final GatewayClient gateway = GatewayClient.underTest();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
    }

    private EventStream feed(String query, String... headers) {
        return gateway.stream(eventWriter.path() + query, gateway.withToken("operator", headers));
    }

    private EventStream resumed(String query, String last) {
        return feed(query, "Last-Event-ID", last);
    }

    /** The snapshot, and the block with its position. */
    private static List<Block> snapshot(EventStream stream) {
        var blocks = new ArrayList<Block>();
        do {
            blocks.add(stream.next(block -> block.isEvent() || block.id() != null));
        } while (blocks.getLast().id() == null);
        return blocks;
    }

    private static String operation(Block block) {
        return block.json().path("operation_id").asText();
    }

    private Paper ended(String status, String endedAgo) {
        var paper = Paper.some();
        eventWriter.begin(paper);
        eventWriter.move(paper, "pending", status);
        eventWriter.run("update operation set ended_at = now() - interval '" + endedAgo + "' where operation_id = '"
                + paper.id() + "'");
        return paper;
    }

    @Test
    void a_new_project_has_an_empty_snapshot_and_then_its_first_event() {
        try (var stream = feed("")) {
            var empty = snapshot(stream);
            assertThat(empty).hasSize(1);
            assertThat(empty.getFirst().position()).isZero();
            var paper = Paper.some();
            eventWriter.begin(paper);
            var first = stream.next(Block::isEvent);
            assertThat(first.position()).isEqualTo(1);
            assertThat(operation(first)).isEqualTo(paper.id().toString());
        }
    }

    @Test
    void a_snapshot_has_unfinished_and_recently_ended_operations_in_their_current_state() {
        var pending = Paper.some();
        eventWriter.begin(pending);
        var running = Paper.some();
        eventWriter.begin(running);
        eventWriter.move(running, "pending", "running");
        var recent = ended("failed", "59 minutes");
        ended("success", "61 minutes");
        try (var stream = feed("")) {
            var snapshot = snapshot(stream);
            assertThat(snapshot.getLast().isEvent()).isFalse();
            assertThat(snapshot.getLast().position()).isEqualTo(7);
            var received = snapshot.subList(0, snapshot.size() - 1);
            assertThat(received).allMatch(block -> block.id() == null);
            assertThat(received.stream().map(block -> operation(block) + " " + block.operationStatus()))
                    .containsExactly(pending.id() + " pending", running.id() + " running", recent.id() + " failed");
        }
    }

    @Test
    void a_truncated_snapshot_omits_ended_operations_first_and_says_so() {
        var ended = ended("success", "1 minute");
        var unfinished = IntStream.range(0, FeedProfile.MAX_SNAPSHOT)
                .mapToObj(_ -> Paper.some())
                .toList();
        unfinished.forEach(eventWriter::begin);
        try (var stream = feed("")) {
            var snapshot = snapshot(stream);
            assertThat(snapshot.getLast().comments()).isZero();
            assertThat(snapshot.subList(0, snapshot.size() - 1).stream().map(FeedTest::operation))
                    .containsExactlyElementsOf(unfinished.stream()
                            .map(paper -> paper.id().toString())
                            .toList())
                    .doesNotContain(ended.id().toString());
        }
        try (var stream = feed("")) {
            IntStream.range(0, FeedProfile.MAX_SNAPSHOT).forEach(_ -> stream.next(Block::isEvent));
            assertThat(stream.next().comments()).isEqualTo(1);
            assertThat(stream.next().id()).isNotNull();
        }
    }

    @Test
    void a_feed_has_every_event_in_commit_order() {
        try (var stream = feed("")) {
            snapshot(stream);
            var one = Paper.some();
            var other = Paper.some();
            eventWriter.begin(one);
            eventWriter.begin(other);
            eventWriter.move(other, "pending", "failed");
            eventWriter.move(one, "pending", "running");
            eventWriter.move(one, "running", "success");
            var received = stream.events(5);
            assertThat(received.stream().map(Block::position)).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(received.stream().map(block -> operation(block) + " " + block.operationStatus()))
                    .containsExactly(
                            one.id() + " pending",
                            other.id() + " pending",
                            other.id() + " failed",
                            one.id() + " running",
                            one.id() + " success");
        }
    }

    @Test
    void a_feed_has_all_events_of_an_attach() {
        var attachFixture = AttachFixture.set();
        var path = "/v1/" + GatewayClient.P1 + "/dev-servers/operations?server=" + attachFixture.server();
        try (var stream = gateway.stream(path, gateway.withToken(AttachFixture.CALLER))) {
            snapshot(stream);
            var id = attachFixture.attach().operationId();
            var received = new ArrayList<Block>();
            do {
                received.add(stream.next(Block::isEvent));
            } while (!received.getLast().operationStatus().equals("success"));
            assertThat(received).isEqualTo(attachFixture.story(id));
        }
    }

    @Test
    void a_filter_passes_matching_events_only() {
        var server = UUID.randomUUID();
        var disk = UUID.randomUUID();
        var one = Paper.of(server, disk, EventWriter.ATTACH, "sandbox:attacher");
        var other = Paper.of(UUID.randomUUID(), UUID.randomUUID(), EventWriter.DETACH, "sandbox:team-1");
        for (var query : List.of(
                "?server=" + server,
                "?volume=" + disk + "," + UUID.randomUUID(),
                "?type=node_attach_volume",
                "?caller=sandbox:attacher&caller=sandbox:team-2",
                "?status=running,success&server=" + server)) {
            eventWriter = new EventWriter(pool, log);
            try (var live = feed(query)) {
                snapshot(live);
                eventWriter.run(
                        "delete from operation where operation_id in ('" + one.id() + "', '" + other.id() + "')");
                eventWriter.begin(other);
                eventWriter.begin(one);
                eventWriter.move(other, "pending", "running");
                eventWriter.move(one, "pending", "running");
                eventWriter.move(one, "running", "success");
                var positions = query.contains("status") ? List.of(4L, 5L) : List.of(2L, 4L, 5L);
                var received = live.events(positions.size());
                assertThat(received.stream().map(Block::position)).as(query).isEqualTo(positions);
                try (var replay = resumed(query, received.getFirst().epoch() + "-0")) {
                    assertThat(replay.events(positions.size())).as(query).isEqualTo(received);
                }
                try (var reconnected = feed(query)) {
                    assertThat(snapshot(reconnected).getFirst().json())
                            .as(query)
                            .isEqualTo(received.getLast().json());
                }
            }
        }
    }

    @Test
    void a_status_filter_includes_the_event_that_leaves_the_status() {
        try (var stream = feed("?status=running")) {
            snapshot(stream);
            var paper = Paper.some();
            eventWriter.begin(paper);
            eventWriter.move(paper, "pending", "running");
            eventWriter.move(paper, "running", "failed");
            assertThat(stream.events(2).stream().map(Block::operationStatus)).containsExactly("running", "failed");
        }
    }

    @Test
    void a_client_may_change_its_filter_when_it_reconnects() {
        var one = Paper.some();
        var other = Paper.some();
        eventWriter.begin(one);
        eventWriter.begin(other);
        eventWriter.move(one, "pending", "running");
        eventWriter.move(other, "pending", "running");
        String last;
        try (var stream = feed("?server=" + one.server())) {
            last = snapshot(stream).getLast().epoch() + "-2";
        }
        try (var stream = resumed("?server=" + other.server(), last)) {
            assertThat(stream.events(1).getFirst().position()).isEqualTo(4);
        }
    }

    @Test
    void an_event_without_a_type_column_has_the_type_of_its_json() {
        eventWriter.begin(Paper.some());
        String last;
        try (var stream = feed("")) {
            last = snapshot(stream).getLast().epoch() + "-0";
        }
        eventWriter.run("update event set type = null where project_id = '" + eventWriter.project() + "'");
        try (var stream = resumed("?type=node_attach_volume", last)) {
            assertThat(stream.events(1).getFirst().position()).isEqualTo(1);
        }
        try (var stream = feed("?type=node_detach_volume")) {
            assertThat(snapshot(stream)).hasSize(1);
        }
    }
}
