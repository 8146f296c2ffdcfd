package dev.attachgateway.stream.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.storage.ConnectionDetails;
import dev.attachgateway.stream.FeedProfile;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.FaultyConnection;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that events committed while no connection listens are delivered as soon as one listens again. */
@QuarkusTest
@TestProfile(ListenGapTest.NoPoll.class)
@WithTestResource(PostgresForTests.class)
class ListenGapTest {
    /** Only notifications and reconnections wake the tail. */
    public static class NoPoll extends FeedProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var all = new HashMap<>(super.getConfigOverrides());
            all.put("stream.poll-interval", "1h");
            return all;
        }
    }

    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final String LISTENERS = " from pg_stat_activity where datname = current_database()"
            + " and query ~* '^(listen|notify)' and pid <> pg_backend_pid()";

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    EventNotifier eventNotifier;

    @Inject
    EventLogTail tail;

    @Inject
    Vertx vertx;

    private final GatewayClient gateway = GatewayClient.underTest();
    private final Paper paper = Paper.some();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
        awaitListeners(1);
    }

    private void awaitListeners(int count) {
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> listeners() == count);
    }

    private long listeners() {
        return EventWriter.await(
                        pool.query("select count(*) as all" + LISTENERS).execute())
                .iterator()
                .next()
                .getLong("all");
    }

    private void write() {
        EventWriter.await(
                pool.withTransaction(transaction -> eventWriter.append(transaction, paper, "pending", "pending")));
    }

    @Test
    void a_notification_of_another_replica_wakes_the_tail() {
        try (var stream = gateway.stream(eventWriter.path(), gateway.withToken("operator"))) {
            stream.next(block -> block.id() != null);
            write();
            eventWriter.run("select pg_notify('attach_gateway_event', '')");
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(1);
        }
    }

    @Test
    void events_replayed_ahead_of_the_tail_are_not_repeated() {
        try (var follower = gateway.stream(eventWriter.path(), gateway.withToken("operator"))) {
            follower.next(block -> block.id() != null);
            write();
            write();
            try (var stream = gateway.stream(eventWriter.path(), gateway.withToken("operator"))) {
                assertThat(stream.next(block -> block.id() != null).position()).isEqualTo(2);
                write();
                eventWriter.run("select pg_notify('attach_gateway_event', '')");
                assertThat(stream.next(Block::isEvent).position()).isEqualTo(3);
                assertThat(follower.events(3).stream().map(Block::position)).containsExactly(1L, 2L, 3L);
            }
        }
    }

    @Test
    void events_committed_during_a_connection_loss_are_read_after_reconnecting() {
        try (var stream = gateway.stream(eventWriter.path(), gateway.withToken("operator"))) {
            stream.next(block -> block.id() != null);
            // In one statement, so that no connection can listen again before the commit.
            EventWriter.await(pool.withTransaction(transaction -> transaction
                    .query("select pg_terminate_backend(pid)" + LISTENERS)
                    .execute()
                    .chain(() -> eventWriter.append(transaction, paper, "pending", "pending"))));
            eventWriter.run("select pg_notify('attach_gateway_event', '')");
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(1);
        }
    }

    @Test
    void an_unsent_notification_is_sent_after_reconnecting() {
        var notifications = new AtomicInteger();
        eventNotifier.listen(notifications::incrementAndGet);
        eventWriter.run("select pg_terminate_backend(pid)" + LISTENERS);
        eventNotifier.committed();
        Awaitility.await().atMost(LIMIT).untilAtomic(notifications, Matchers.greaterThan(0));
    }

    @Test
    void a_replica_that_could_not_listen_at_startup_listens_later() {
        var config = ConfigProvider.getConfig();
        var url = URI.create(config.getValue("quarkus.datasource.reactive.url", String.class));
        var user = config.getValue("quarkus.datasource.username", String.class);
        var password = config.getValue("quarkus.datasource.password", String.class);
        var database = new ConnectionDetails(
                url.getHost(), url.getPort(), url.getPath().substring(1), user, password);
        try (var faultyConnection = new FaultyConnection(database)) {
            faultyConnection.refuse();
            var late =
                    new EventNotifier(vertx, tail, faultyConnection.connection().url(), user, password);
            var notifications = new AtomicInteger();
            late.listen(notifications::incrementAndGet);
            late.start(new StartupEvent());
            try {
                Awaitility.await().atMost(LIMIT).until(() -> faultyConnection.refused() > 0);
                faultyConnection.pass();
                late.committed();
                Awaitility.await().atMost(LIMIT).untilAtomic(notifications, Matchers.greaterThan(0));
            } finally {
                late.stop(new ShutdownEvent());
            }
        }
    }
}
