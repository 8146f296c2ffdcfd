package dev.attachgateway.stream.subscription;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.FeedProfile;
import dev.attachgateway.stream.eventlog.Event;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that metrics report the lag of streams, their resets and their disconnections. */
@QuarkusTest
@TestProfile(FeedProfile.class)
@WithTestResource(PostgresForTests.class)
class StreamMetricsTest {
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final String PREFIX = "attach.gateway.streams.";

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    MeterRegistry metrics;

    private final GatewayClient gateway = GatewayClient.underTest();
    private final Paper paper = Paper.some();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
    }

    private EventStream feed(String... headers) {
        var stream = gateway.stream(eventWriter.path(), gateway.withToken("operator", headers));
        stream.next(block -> block.id() != null);
        return stream;
    }

    private long write() {
        return EventWriter.await(
                pool.withTransaction(transaction -> eventWriter.append(transaction, paper, "pending", "pending")));
    }

    private double count(String name, String... tags) {
        return metrics.get(PREFIX + name).tags(tags).counter().count();
    }

    private double gauge(String name) {
        return metrics.get(PREFIX + name).gauge().value();
    }

    @Test
    void the_lag_begins_with_the_write_of_the_event_and_includes_its_commit() {
        var lag = metrics.get(PREFIX + "lag").timer();
        try (var stream = feed()) {
            var count = lag.count();
            var total = lag.totalTime(TimeUnit.MILLISECONDS);
            EventWriter.await(pool.withTransaction(transaction -> eventWriter
                    .append(transaction, paper, "pending", "pending")
                    .call(() -> transaction.query("select pg_sleep(0.6)").execute())));
            stream.next(Block::isChange);
            Awaitility.await().atMost(LIMIT).until(() -> lag.count() == count + 1);
            assertThat(lag.totalTime(TimeUnit.MILLISECONDS) - total).isBetween(600d, 5_000d);
        }
    }

    @Test
    void the_time_of_an_event_is_taken_after_the_wait_for_the_counter() throws Exception {
        var first = new CountDownLatch(1);
        var holding = pool.withTransaction(transaction -> eventWriter
                        .append(transaction, paper, "pending", "pending")
                        .invoke(first::countDown)
                        .call(() -> transaction.query("select pg_sleep(0.6)").execute()))
                .subscribeAsCompletionStage();
        assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(write()).isEqualTo(2);
        assertThat(holding.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        var rows =
                EventWriter.await(pool.query("select extract(epoch from max(at) - min(at))::float8 as apart from event"
                                + " where project_id = '" + eventWriter.project() + "'")
                        .execute());
        assertThat(StreamSupport.stream(rows.spliterator(), false).map(row -> row.getDouble("apart")))
                .allMatch(apart -> apart > 0.4);
    }

    @Test
    void an_event_is_counted_once_and_its_deliveries_once_per_subscriber() {
        try (var one = feed();
                var other = feed()) {
            var events = count("events");
            var deliveries = count("deliveries");
            write();
            one.next(Block::isChange);
            other.next(Block::isChange);
            assertThat(count("events")).isEqualTo(events + 1);
            assertThat(count("deliveries")).isEqualTo(deliveries + 2);
            Awaitility.await().atMost(LIMIT).until(() -> gauge("memory.events") > 0 && gauge("memory") > 500);
        }
    }

    @Test
    void a_reset_is_counted_by_its_reason() {
        String last;
        try (var stream = feed()) {
            last = stream.lastEventId().replaceFirst("-.*", "-7");
        }
        var ahead = count("resets", "reason", "ahead-of-history");
        var another = count("resets", "reason", "another-history");
        feed("Last-Event-ID", last).close();
        feed("Last-Event-ID", "00000000-7").close();
        assertThat(count("resets", "reason", "ahead-of-history")).isEqualTo(ahead + 1);
        assertThat(count("resets", "reason", "another-history")).isEqualTo(another + 1);
        assertThat(metrics.find(PREFIX + "resets").counters()).hasSize(4);
    }

    @Test
    void only_a_disconnected_client_that_does_not_read_is_counted_as_cut() throws IOException {
        var cut = count("cut");
        var address = URI.create(gateway.url());
        try (var reader = feed();
                var unread = new Socket()) {
            feed().close();
            unread.setReceiveBufferSize(4_096);
            unread.connect(new InetSocketAddress(address.getHost(), address.getPort()));
            unread.getOutputStream()
                    .write(("GET " + eventWriter.path()
                                    + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer "
                                    + gateway.token("operator") + "\r\n\r\n")
                            .getBytes(US_ASCII));
            Awaitility.await().atMost(LIMIT).until(() -> unread.getInputStream().available() > 0);
            for (var i = 0; i < 60; i++) {
                writeMuch();
                reader.next(Block::isChange);
            }
            Awaitility.await().atMost(LIMIT).until(() -> count("cut") == cut + 1);
        }
    }

    private void writeMuch() {
        EventWriter.await(pool.withTransaction(transaction -> log.append(
                transaction,
                new Event.Draft(
                        eventWriter.project(),
                        paper.id(),
                        paper.server(),
                        paper.volume(),
                        paper.type(),
                        paper.caller(),
                        "pending",
                        "pending",
                        """
                        {"operation_id":"%s","operation_status":"pending","operation_type":"%s","server_id":"%s",\
                        "volume_id":"%s","caller":"%s","step":"checking","unsettled":false,"attempts":1,\
                        "created_at":"2026-01-02T03:04:05.678Z","updated_at":"2026-01-02T03:04:05.678Z",\
                        "request_id":"2a2f43acca266ca6f2372415f7b5a8ab","detail":"%s"}""".formatted(
                                        paper.id(),
                                        paper.type(),
                                        paper.server(),
                                        paper.volume(),
                                        paper.caller(),
                                        "x".repeat(200_000))))));
    }
}
