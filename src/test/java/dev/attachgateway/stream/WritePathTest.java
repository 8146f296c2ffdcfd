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

/** Proves that a stream written directly to its socket equals, byte for byte, one written by the HTTP server. */
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
    void setUp() {
        eventWriter = new EventWriter(pool, log);
    }

    /** Collects all bytes of a response as they arrive. */
    private static final class RawResponse implements AutoCloseable {
        private final Socket socket;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile boolean ended;

        RawResponse(URI address, String request) throws IOException {
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
                // Equivalent to the end of the stream.
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

        /**
         * The text without the parts that differ between responses: date, request id, rate limit, reconnection delay,
         * heartbeats.
         */
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

    private RawResponse request(String path, String trailing) throws IOException {
        return new RawResponse(
                URI.create(gateway.url()),
                "GET " + path + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer "
                        + gateway.token("operator") + "\r\n\r\n" + trailing);
    }

    @Test
    void both_write_paths_send_the_same_bytes() throws IOException {
        var paper = Paper.some();
        eventWriter.begin(paper);
        try (var direct = request(eventWriter.path(), "");
                var plain = request(ThroughServerFeed.PATH + eventWriter.project(), "")) {
            for (int position = 1; position <= 30; position++) {
                direct.await("-" + position + "-");
                plain.await("-" + position + "-");
                eventWriter.move(paper, "pending", "pending");
            }
            direct.await("-31-");
            plain.await("-31-");
            assertThat(direct.comparable()).contains("event: operation").isEqualTo(plain.comparable());
        }
    }

    @Test
    void both_write_paths_end_with_the_same_bytes_and_a_closed_connection() throws IOException {
        try (var direct = request(eventWriter.path(), "");
                var plain = request(ThroughServerFeed.PATH + eventWriter.project(), "")) {
            direct.await("-0\n");
            plain.await("-0\n");
            // Starts another history, which ends all streams.
            eventWriter.begin(Paper.some());
            direct.await("-1-");
            plain.await("-1-");
            eventWriter.run(
                    "update event_position set position = 0 where project_id = '" + eventWriter.project() + "'");
            direct.awaitEnd();
            plain.awaitEnd();
            assertThat(direct.comparable()).endsWith("\r\n0\r\n\r\n").isEqualTo(plain.comparable());
        }
    }

    /** So many that other connections to the server, such as kept-alive ones, do not matter. */
    private static final int MANY = 20;

    @Test
    void a_detached_socket_is_not_counted_by_the_server() throws IOException {
        whileManyAreOpen(eventWriter.path(), increase -> assertThat(increase).isLessThan(MANY / 2d));
        whileManyAreOpen(
                ThroughServerFeed.PATH + eventWriter.project(),
                increase -> assertThat(increase).isGreaterThan(MANY / 2d));
    }

    /** Checks by how many the server's connection count grows while streams of this path are open. */
    private void whileManyAreOpen(String path, Consumer<Double> check) throws IOException {
        var before = connections();
        var streams = new ArrayList<RawResponse>();
        try {
            for (var i = 0; i < MANY; i++) {
                streams.add(request(path, ""));
                streams.getLast().await("-0\n");
            }
            Awaitility.await().atMost(Timeouts.CONDITION).untilAsserted(() -> check.accept(connections() - before));
        } finally {
            for (var stream : streams) {
                stream.close();
            }
        }
    }

    @Test
    void input_after_the_request_is_ignored() throws IOException {
        try (var direct = request(eventWriter.path(), "GET /openapi HTTP/1.1\r\nHost: x\r\n\r\n")) {
            direct.await("-0\n");
            eventWriter.begin(Paper.some());
            direct.await("-1-");
            assertThat(direct.text()).containsOnlyOnce("HTTP/1.1 200");
        }
    }

    @Test
    void a_disconnect_is_detected_on_both_write_paths() throws IOException {
        try (var direct = request(eventWriter.path(), "");
                var plain = request(ThroughServerFeed.PATH + eventWriter.project(), "")) {
            direct.await("-0\n");
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
