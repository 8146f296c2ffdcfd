package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.eventlog.EventLog;
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
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that a feed resumes at its client's position, or reports that it cannot. */
@QuarkusTest
@TestProfile(FeedProfile.class)
@WithTestResource(PostgresForTests.class)
class FeedResumeTest {
    private static final int EVENTS = 150;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    private final GatewayClient gateway = GatewayClient.underTest();
    private final Paper paper = Paper.some();
    private EventWriter eventWriter;
    private String epoch;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
        try (var stream = feed()) {
            epoch = stream.next(block -> block.id() != null).epoch();
        }
    }

    private EventStream feed(String... headers) {
        return gateway.stream(eventWriter.path(), gateway.withToken("operator", headers));
    }

    private EventStream resume(long position) {
        return feed("Last-Event-ID", epoch + "-" + position);
    }

    private void write(int count) {
        EventWriter.await(pool.withTransaction(transaction -> io.smallrye.mutiny.Multi.createFrom()
                .range(0, count)
                .onItem()
                .transformToUniAndConcatenate(_ -> eventWriter.append(transaction, paper, "pending", "pending"))
                .collect()
                .last()));
    }

    private static void assertPositions(EventStream stream, long from, long to) {
        assertThat(stream.events((int) (to - from)).stream().map(Block::position))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(from + 1, to).boxed().toList());
    }

    /** The buffer lives as long as the project has a subscriber; it has the newest events, the database all of them. */
    @ParameterizedTest
    @ValueSource(
            ints = {0, 1, EVENTS - FeedProfile.MEMORY - 1, EVENTS - FeedProfile.MEMORY, EVENTS - 5, EVENTS - 1, EVENTS})
    void missed_events_are_replayed_once_from_memory_or_database(int position) {
        try (var follower = feed()) {
            follower.next(block -> block.id() != null);
            write(EVENTS);
            assertPositions(follower, 0, EVENTS);
            try (var stream = resume(position)) {
                if (position < EVENTS) {
                    assertPositions(stream, position, EVENTS);
                }
                write(3);
                assertPositions(stream, EVENTS, EVENTS + 3);
            }
        }
    }

    @Test
    void events_missed_without_subscribers_are_not_taken_from_a_stale_buffer() {
        try (var follower = feed()) {
            follower.next(block -> block.id() != null);
            write(10);
            assertPositions(follower, 0, 10);
        }
        write(10);
        try (var follower = feed()) {
            follower.next(block -> block.id() != null);
            write(10);
            assertPositions(follower, 20, 30);
            try (var stream = resume(5)) {
                assertPositions(stream, 5, 30);
            }
        }
    }

    @Test
    void the_event_id_may_be_a_query_parameter() {
        write(4);
        try (var stream =
                gateway.stream(eventWriter.path() + "?last_event_id=" + epoch + "-1", gateway.withToken("operator"))) {
            assertPositions(stream, 1, 4);
        }
    }

    private void assertReset(String last, String reason) {
        try (var stream = feed("Last-Event-ID", last)) {
            var reset = stream.next(Block::isEvent);
            assertThat(reset.event()).isEqualTo("reset");
            assertThat(reset.id()).isNull();
            assertThat(reset.json().path("reason").asText()).isEqualTo(reason);
            var head = stream.next(block -> block.id() != null);
            assertThat(head.isEvent()).isFalse();
            write(1);
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(head.position() + 1);
        }
    }

    @Test
    void an_id_of_another_history_causes_a_reset() {
        assertReset((epoch.equals("00000000") ? "11111111" : "00000000") + "-0", "another-history");
    }

    @Test
    void a_position_ahead_of_the_history_causes_a_reset() {
        write(3);
        assertReset(epoch + "-4", "ahead-of-history");
    }

    @Test
    void a_client_too_far_behind_gets_a_reset() {
        write(FeedProfile.MAX_HISTORY + 1);
        assertReset(epoch + "-0", "history-too-long");
        try (var stream = resume(2)) {
            assertPositions(stream, 2, FeedProfile.MAX_HISTORY + 2);
        }
    }
}
