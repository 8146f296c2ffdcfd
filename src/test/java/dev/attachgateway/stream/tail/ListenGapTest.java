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

/** What is committed while nobody listens is told as soon as somebody listens again. */
@QuarkusTest
@TestProfile(ListenGapTest.NoPoll.class)
@WithTestResource(PostgresForTests.class)
class ListenGapTest {
    /** Nothing but notifications and reconnections makes the tail read. */
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
    void set() {
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
    void what_the_database_has_told_before_the_tail_read_it_is_not_told_twice() {
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
    void what_is_committed_while_the_connection_is_lost_is_read_when_it_is_renewed() {
        try (var stream = gateway.stream(eventWriter.path(), gateway.withToken("operator"))) {
            stream.next(block -> block.id() != null);
            // In one statement nobody can have begun to listen again before the commit.
            EventWriter.await(pool.withTransaction(transaction -> transaction
                    .query("select pg_terminate_backend(pid)" + LISTENERS)
                    .execute()
                    .chain(() -> eventWriter.append(transaction, paper, "pending", "pending"))));
            eventWriter.run("select pg_notify('attach_gateway_event', '')");
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(1);
        }
    }

    @Test
    void a_notification_that_could_not_be_sent_is_sent_when_the_connection_is_renewed() {
        var heard = new AtomicInteger();
        eventNotifier.listen(heard::incrementAndGet);
        eventWriter.run("select pg_terminate_backend(pid)" + LISTENERS);
        eventNotifier.committed();
        Awaitility.await().atMost(LIMIT).untilAtomic(heard, Matchers.greaterThan(0));
    }

    @Test
    void a_replica_that_could_not_listen_when_it_started_listens_later() {
        var config = ConfigProvider.getConfig();
        var url = URI.create(config.getValue("quarkus.datasource.reactive.url", String.class));
        var user = config.getValue("quarkus.datasource.username", String.class);
        var password = config.getValue("quarkus.datasource.password", String.class);
        var database = new ConnectionDetails(
                url.getHost(), url.getPort(), url.getPath().substring(1), user, password);
        try (var line = new FaultyConnection(database)) {
            line.refuse();
            var late = new EventNotifier(vertx, tail, line.connection().url(), user, password);
            var heard = new AtomicInteger();
            late.listen(heard::incrementAndGet);
            late.start(new StartupEvent());
            try {
                Awaitility.await().atMost(LIMIT).until(() -> line.refused() > 0);
                line.pass();
                late.committed();
                Awaitility.await().atMost(LIMIT).untilAtomic(heard, Matchers.greaterThan(0));
            } finally {
                late.stop(new ShutdownEvent());
            }
        }
    }
}
