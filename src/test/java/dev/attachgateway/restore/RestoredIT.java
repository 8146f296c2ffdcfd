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
 * Proves that a client that has received events that a restore has undone gets a reset, whether its replica kept
 * running or was restarted, and also when the log has at least as many events again.
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
    private DumpTools dumpTools;
    private final Paper paper = Paper.some();
    private final Paper other = Paper.some();

    @BeforeEach
    void start() throws Exception {
        postgres = StandingServer.start(folder, DumpTools.programs());
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
        dumpTools = new DumpTools(postgres, folder);
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
        var gateway = replicas.doors().getFirst();
        return gateway.stream(eventWriter.path(), gateway.withToken("operator", headers));
    }

    private void write(Paper operation, int count) {
        for (var number = 0; number < count; number++) {
            eventWriter.move(operation, "pending", "pending");
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
    void a_client_of_undone_events_is_reset_at_any_head(RestoreMethod method) {
        begin();
        dumpTools.save(method);
        String lastEventId;
        try (var stream = feed()) {
            stream.next(block -> block.id() != null);
            write(paper, UNDONE);
            lastEventId = String.valueOf(stream.events(UNDONE).getLast().id());
            dumpTools.restore(method);
            assertThat(stream.toEnd())
                    .as("events of the open stream before its end")
                    .isEmpty();
        }
        try (var stream = feed("Last-Event-ID", lastEventId)) {
            assertReset(stream);
        }
        write(other, UNDONE + 3);
        try (var stream = feed("Last-Event-ID", lastEventId)) {
            assertReset(stream);
        }
    }

    /** No replica observes the positions go back: it starts when the log already has more events than before. */
    @ParameterizedTest
    @EnumSource
    void a_client_of_undone_events_is_reset_after_a_gateway_restart(RestoreMethod method) {
        begin();
        dumpTools.save(method);
        String lastEventId;
        try (var stream = feed()) {
            stream.next(block -> block.id() != null);
            write(paper, UNDONE);
            lastEventId = String.valueOf(stream.events(UNDONE).getLast().id());
        }
        replicas.gateways().getFirst().kill();
        dumpTools.restore(method);
        write(other, UNDONE + 3);
        replicas.gateways().getFirst().restart();
        try (var stream = feed("Last-Event-ID", lastEventId)) {
            assertReset(stream);
            write(other, 1);
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(KEPT + UNDONE + 4);
        }
    }

    @Test
    void a_long_transaction_in_another_database_delays_no_event() throws Exception {
        begin();
        var url = "jdbc:postgresql://127.0.0.1:" + postgres.connection().port() + "/postgres";
        try (var otherDatabase = java.sql.DriverManager.getConnection(
                        url, postgres.connection().username(), "any");
                var stream = feed()) {
            otherDatabase.setAutoCommit(false);
            otherDatabase.createStatement().execute("create table slow as select pg_current_xact_id()");
            stream.next(block -> block.id() != null);
            write(paper, 3);
            assertThat(stream.events(3).stream().map(Block::position)).containsExactly(KEPT + 1L, KEPT + 2L, KEPT + 3L);
            otherDatabase.rollback();
        }
    }

    private void begin() {
        eventWriter.begin(paper);
        eventWriter.begin(other);
        write(paper, KEPT - 2);
    }
}
