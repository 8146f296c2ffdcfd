package dev.attachgateway.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.eventlog.EventLog;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream that is written straight to its socket is the same, byte for byte, as one that the HTTP server writes. */
@QuarkusTest
@TestProfile(FeedProfile.class)
@WithTestResource(PostgresForTests.class)
class WritePathTest {
    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    MeterRegistry metrics;

    private final GatewayClient gateway = GatewayClient.underTest();
    private EventWriter eventWriter;

    @BeforeEach
    void set() {
        eventWriter = new EventWriter(pool, log);
    }

    /** All bytes of an answer, as they come. */
    private static final class Answer implements AutoCloseable {
        private final Socket socket;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile boolean ended;

        Answer(URI address, String request) throws IOException {
            socket = new Socket(address.getHost(), address.getPort());
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try {
                for (int next = socket.getInputStream().read();
                        next >= 0;
                        next = socket.getInputStream().read()) {
                    synchronized (this) {
                        bytes.write(next);
                    }
                }
            } catch (IOException closed) {
                // As good as the end.
            }
            ended = true;
        }

        synchronized String text() {
            return bytes.toString(ISO_8859_1);
        }

        void await(String part) {
            Awaitility.await().atMost(Timeouts.CONDITION).until(() -> text().contains(part));
        }

        void awaitEnd() {
            Awaitility.await().atMost(Timeouts.CONDITION).until(() -> ended);
        }

        /** Without what differs from one answer to the next: the time, the request, when to come back, and the pulse. */
        String comparable() {
            return text().replaceAll("(?i)\r\n(date|x-request-id|ratelimit|ratelimit-policy): [^\r]*", "")
                    .replaceAll("retry: \\d+", "retry: any")
                    .replace("3\r\n:\n\n\r\n", "");
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private Answer ask(String path, String more) throws IOException {
        return new Answer(
                URI.create(gateway.url()),
                "GET " + path + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer "
                        + gateway.token("operator") + "\r\n\r\n" + more);
    }

    @Test
    void both_ways_give_the_same_bytes() throws IOException {
        var paper = Paper.some();
        eventWriter.begin(paper);
        try (var straight = ask(eventWriter.path(), "");
                var plain = ask(PlainTwin.PATH + eventWriter.project(), "")) {
            for (int position = 1; position <= 30; position++) {
                straight.await("-" + position + "-");
                plain.await("-" + position + "-");
                eventWriter.move(paper, "pending", "pending");
            }
            straight.await("-31-");
            plain.await("-31-");
            assertThat(straight.comparable()).contains("event: operation").isEqualTo(plain.comparable());
        }
    }

    @Test
    void both_ways_end_with_the_same_bytes_and_a_closed_connection() throws IOException {
        try (var straight = ask(eventWriter.path(), "");
                var plain = ask(PlainTwin.PATH + eventWriter.project(), "")) {
            straight.await("-0\n");
            plain.await("-0\n");
            // Another history has begun, so that all streams end.
            eventWriter.begin(Paper.some());
            straight.await("-1-");
            plain.await("-1-");
            eventWriter.run(
                    "update event_position set position = 0 where project_id = '" + eventWriter.project() + "'");
            straight.awaitEnd();
            plain.awaitEnd();
            assertThat(straight.comparable()).endsWith("\r\n0\r\n\r\n").isEqualTo(plain.comparable());
        }
    }

    /** So many that what else comes and goes at the server, kept connections of clients, does not matter. */
    private static final int MANY = 20;

    @Test
    void a_socket_that_carries_a_stream_is_no_longer_the_servers() throws IOException {
        whileManyAreOpen(eventWriter.path(), more -> assertThat(more).isLessThan(MANY / 2d));
        whileManyAreOpen(
                PlainTwin.PATH + eventWriter.project(), more -> assertThat(more).isGreaterThan(MANY / 2d));
    }

    /** Looks by how much the server counts more connections while streams of this path are open. */
    private void whileManyAreOpen(String path, Consumer<Double> look) throws IOException {
        var before = connections();
        var streams = new ArrayList<Answer>();
        try {
            for (var i = 0; i < MANY; i++) {
                streams.add(ask(path, ""));
                streams.getLast().await("-0\n");
            }
            Awaitility.await().atMost(Timeouts.CONDITION).untilAsserted(() -> look.accept(connections() - before));
        } finally {
            for (var stream : streams) {
                stream.close();
            }
        }
    }

    @Test
    void what_a_client_still_sends_is_not_answered_and_does_no_harm() throws IOException {
        try (var straight = ask(eventWriter.path(), "GET /openapi HTTP/1.1\r\nHost: x\r\n\r\n")) {
            straight.await("-0\n");
            eventWriter.begin(Paper.some());
            straight.await("-1-");
            assertThat(straight.text()).containsOnlyOnce("HTTP/1.1 200");
        }
    }

    @Test
    void a_client_that_leaves_is_noticed_on_both_ways() throws IOException {
        try (var straight = ask(eventWriter.path(), "");
                var plain = ask(PlainTwin.PATH + eventWriter.project(), "")) {
            straight.await("-0\n");
            plain.await("-0\n");
            assertThat(open()).isEqualTo(1);
        }
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .untilAsserted(() -> assertThat(open()).isZero());
    }

    private double connections() {
        return metrics.get("http.server.active.connections").gauges().stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }

    private double open() {
        return metrics.get("attach.gateway.streams.open").gauge().value();
    }
}
