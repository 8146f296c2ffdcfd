package dev.attachgateway.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.storage.StandingServer;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.Replicas;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whoever knows of something that a restore has undone is told so, whether its replica went on meanwhile or not, and also
 * when there are as many events again as it knows of.
 */
class RestoredIT {
    private static final int KEPT = 4;
    private static final int UNDONE = 6;

    @TempDir
    Path folder;

    private StandingServer postgres;
    private Replicas replicas;
    private Vertx vertx;
    private EventWriter eventWriter;
    private Tools tools;
    private final Paper paper = Paper.some();
    private final Paper other = Paper.some();

    @BeforeEach
    void start() throws Exception {
        postgres = StandingServer.start(folder, Tools.programs());
        replicas = Replicas.start(
                folder,
                1,
                Map.of(
                        "ACCESS_GRANTS_FILE",
                        Path.of("src/test/resources/testkit/feed.yaml")
                                .toAbsolutePath()
                                .toString(),
                        "STREAM_HEARTBEAT",
                        "500MS"),
                postgres.connection());
        tools = new Tools(postgres, folder);
        vertx = Vertx.vertx();
        var pool = Pool.newInstance(io.vertx.sqlclient.Pool.pool(
                vertx,
                PgConnectOptions.fromUri(postgres.connection().url())
                        .setUser(postgres.connection().username())
                        .setPassword(postgres.connection().password()),
                new PoolOptions().setMaxSize(2)));
        eventWriter = new EventWriter(pool, new EventLog(pool));
    }

    @AfterEach
    void stop() {
        if (replicas != null) {
            replicas.close();
        }
        if (vertx != null) {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    private EventStream feed(String... headers) {
        var door = replicas.doors().getFirst();
        return door.stream(eventWriter.path(), door.withToken("operator", headers));
    }

    private void write(Paper about, int count) {
        for (var number = 0; number < count; number++) {
            eventWriter.move(about, "pending", "pending");
        }
    }

    private static void assertReset(EventStream stream) {
        var first = stream.next(Block::isEvent);
        assertThat(first.event()).isEqualTo("reset");
        assertThat(first.json().path("reason").asText()).isIn("another-history", "ahead-of-history");
        var snapshot = stream.next(block -> block.id() != null);
        assertThat(snapshot.isEvent()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void whoever_was_told_what_is_undone_is_reset_at_whatever_head(How how) {
        begin();
        tools.save(how);
        String last;
        try (var stream = feed()) {
            stream.next(block -> block.id() != null);
            write(paper, UNDONE);
            last = String.valueOf(stream.events(UNDONE).getLast().id());
            tools.restore(how);
            assertThat(stream.toEnd()).as("a stream that was open ends").isEmpty();
        }
        try (var stream = feed("Last-Event-ID", last)) {
            assertReset(stream);
        }
        write(other, UNDONE + 3);
        try (var stream = feed("Last-Event-ID", last)) {
            assertReset(stream);
        }
    }

    /** Nobody saw the positions go back: the replica begins when there are more events than ever. */
    @ParameterizedTest
    @EnumSource
    void the_same_after_a_restart_of_the_gateway(How how) {
        begin();
        tools.save(how);
        String last;
        try (var stream = feed()) {
            stream.next(block -> block.id() != null);
            write(paper, UNDONE);
            last = String.valueOf(stream.events(UNDONE).getLast().id());
        }
        replicas.gateways().getFirst().kill();
        tools.restore(how);
        write(other, UNDONE + 3);
        replicas.gateways().getFirst().restart();
        try (var stream = feed("Last-Event-ID", last)) {
            assertReset(stream);
            write(other, 1);
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(KEPT + UNDONE + 4);
        }
    }

    @Test
    void a_transaction_that_goes_on_for_long_in_another_database_delays_nothing() throws Exception {
        begin();
        var url = "jdbc:postgresql://127.0.0.1:" + postgres.connection().port() + "/postgres";
        try (var elsewhere = java.sql.DriverManager.getConnection(
                        url, postgres.connection().username(), "any");
                var stream = feed()) {
            elsewhere.setAutoCommit(false);
            elsewhere.createStatement().execute("create table slow as select pg_current_xact_id()");
            stream.next(block -> block.id() != null);
            write(paper, 3);
            assertThat(stream.events(3).stream().map(Block::position)).containsExactly(KEPT + 1L, KEPT + 2L, KEPT + 3L);
            elsewhere.rollback();
        }
    }

    private void begin() {
        eventWriter.begin(paper);
        eventWriter.begin(other);
        write(paper, KEPT - 2);
    }
}
