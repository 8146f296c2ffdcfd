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
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that a restored database is detected as another history, and that no client keeps waiting in the old one. */
@QuarkusTest
@TestProfile(FeedProfile.class)
@WithTestResource(PostgresForTests.class)
class RestoreTest {
    private static final int KEPT = 2;
    private static final int LOST = 3;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    private final GatewayClient gateway = GatewayClient.underTest();
    private final Paper paper = Paper.some();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
    }

    private EventStream feed(String... headers) {
        return gateway.stream(eventWriter.path(), gateway.withToken("operator", headers));
    }

    private void write(int count) {
        for (int i = 0; i < count; i++) {
            EventWriter.await(
                    pool.withTransaction(transaction -> eventWriter.append(transaction, paper, "pending", "pending")));
        }
    }

    /** As a restore of a dump does it, in one transaction and on connections that stay open. */
    private void restore(String method) {
        var undo = "delete from event where project_id = '%1$s' and position > %2$d;"
                        .formatted(eventWriter.project(), KEPT)
                + "update event_position set position = %2$d where project_id = '%1$s';"
                        .formatted(eventWriter.project(), KEPT);
        var statements = switch (method) {
            case "rows restored" -> List.of(undo);
            case "table reloaded" ->
                List.of(
                        undo,
                        "create temp table kept on commit drop as select * from event",
                        "truncate event",
                        "insert into event select * from kept");
            default ->
                List.of(
                        undo,
                        "create table restored (like event including all)",
                        "insert into restored select * from event",
                        "drop table event",
                        "alter table restored rename to event");
        };
        EventWriter.await(pool.withTransaction(transaction -> io.smallrye.mutiny.Multi.createFrom()
                .iterable(statements)
                .onItem()
                .transformToUniAndConcatenate(sql -> transaction.query(sql).execute())
                .collect()
                .last()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rows restored", "table reloaded", "table recreated"})
    void an_id_from_before_a_restore_causes_a_reset_even_when_the_head_has_passed_it(String method) {
        String last;
        try (var stream = feed()) {
            stream.next(block -> block.id() != null);
            write(KEPT + LOST);
            last = String.valueOf(stream.events(KEPT + LOST).getLast().id());
            restore(method);
            assertThat(stream.toEnd()).as("an open stream ends").isEmpty();
        }
        write(LOST + 1);
        try (var stream = feed("Last-Event-ID", last)) {
            var reset = stream.next(Block::isEvent);
            assertThat(reset.event()).isEqualTo("reset");
            assertThat(reset.json().path("reason").asText()).isEqualTo("another-history");
            var head = stream.next(block -> block.id() != null);
            assertThat(head.position()).isEqualTo(KEPT + LOST + 1);
            assertThat(head.epoch()).isNotEqualTo(last.split("-", 2)[0]);
            write(1);
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(head.position() + 1);
        }
    }

    @Test
    void a_restore_without_subscribers_is_detected_at_the_next_connection() {
        write(KEPT + LOST);
        String epoch;
        try (var stream = feed()) {
            epoch = stream.next(block -> block.id() != null).epoch();
        }
        restore("table reloaded");
        write(LOST + 1);
        try (var stream = feed("Last-Event-ID", epoch + "-" + (KEPT + LOST))) {
            assertThat(stream.next(Block::isEvent).json().path("reason").asText())
                    .isEqualTo("another-history");
        }
    }

    /** A change that no marker shows: other rows in the same table and file, and as many of them. */
    private void replaceEvents() {
        eventWriter.run(
                "update event set operation_id = gen_random_uuid(), at = at + interval '1 second' where project_id = '"
                        + eventWriter.project() + "' and position > " + KEPT);
    }

    @Test
    void an_id_of_a_replaced_event_causes_a_reset_without_subscribers() {
        write(KEPT + LOST);
        String head;
        String keptId;
        try (var stream = feed()) {
            head = String.valueOf(stream.next(block -> block.id() != null).id());
        }
        try (var stream = feed("Last-Event-ID", head.split("-", 2)[0] + "-0")) {
            keptId = String.valueOf(stream.events(KEPT).getLast().id());
        }
        replaceEvents();
        try (var stream = feed("Last-Event-ID", head)) {
            assertThat(stream.next(Block::isEvent).json().path("reason").asText())
                    .isEqualTo("another-history");
            // The project is followed now and its events are buffered: the result is the same.
            write(1);
            stream.next(Block::isChange);
            try (var resumed = feed("Last-Event-ID", head)) {
                assertThat(resumed.next(Block::isEvent).json().path("reason").asText())
                        .isEqualTo("another-history");
            }
            try (var before = feed("Last-Event-ID", keptId)) {
                assertThat(before.events(LOST + 1).stream().map(Block::position))
                        .containsExactly(KEPT + 1L, KEPT + 2L, KEPT + 3L, KEPT + 4L);
            }
        }
    }

    @Test
    void a_stream_at_a_replaced_event_ends() {
        write(KEPT + LOST);
        try (var stream = feed()) {
            stream.next(block -> block.id() != null);
            replaceEvents();
            assertThat(stream.toEnd()).isEmpty();
        }
    }

    @Test
    void requests_get_503_while_a_restore_has_removed_the_table() {
        write(KEPT);
        try (var stream = feed()) {
            stream.next(block -> block.id() != null);
        }
        eventWriter.run("alter table event rename to event_away");
        try {
            var response =
                    gateway.get(eventWriter.path(), gateway.withToken("operator", "Accept", "text/event-stream"));
            assertThat(response.status()).isEqualTo(503);
        } finally {
            eventWriter.run("alter table event_away rename to event");
        }
        try (var stream = feed()) {
            assertThat(stream.next(block -> block.id() != null).position()).isEqualTo(KEPT);
        }
    }

    @Test
    void a_long_transaction_elsewhere_does_not_delay_events() throws Exception {
        var config = ConfigProvider.getConfig();
        var url = config.getValue("quarkus.datasource.jdbc.url", String.class);
        var user = config.getValue("quarkus.datasource.username", String.class);
        var password = config.getValue("quarkus.datasource.password", String.class);
        var elsewhere = url.substring(0, url.lastIndexOf('/')) + "/postgres";
        var otherProject = new EventWriter(pool, log);
        try (var otherDatabase = java.sql.DriverManager.getConnection(elsewhere, user, password);
                var sameDatabase = java.sql.DriverManager.getConnection(url, user, password);
                var stream = feed()) {
            for (var connection : List.of(otherDatabase, sameDatabase)) {
                connection.setAutoCommit(false);
                connection.createStatement().execute("select pg_current_xact_id()");
            }
            sameDatabase
                    .createStatement()
                    .execute("insert into event_position values ('" + otherProject.project() + "', 1)");
            stream.next(block -> block.id() != null);
            write(3);
            assertThat(stream.events(3).stream().map(Block::position)).containsExactly(1L, 2L, 3L);
            assertThat(otherDatabase.isClosed() || sameDatabase.isClosed()).isFalse();
            sameDatabase.rollback();
            otherDatabase.rollback();
        }
    }
}
