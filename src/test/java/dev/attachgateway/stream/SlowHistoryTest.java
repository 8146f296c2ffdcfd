package dev.attachgateway.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Proves that a history larger than a socket's buffers is sent as fast as it is read, and that a client that reads
 * nothing is disconnected.
 */
@QuarkusTest
@TestProfile(SlowHistoryTest.SmallSockets.class)
@WithTestResource(PostgresForTests.class)
class SlowHistoryTest {
    /** One page is many times the limit of unsent bytes. */
    public static class SmallSockets extends FeedProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var all = new HashMap<>(super.getConfigOverrides());
            all.put("stream.max-unsent-bytes", "16384");
            // The time after which a client that reads nothing is disconnected: longer than a busy machine delays a
            // reader.
            all.put("stream.heartbeat", "3s");
            return all;
        }
    }

    private static final int EVENTS = 380;

    private static final Duration SOON = Duration.ofSeconds(60);

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    MeterRegistry metrics;

    private final GatewayClient gateway = GatewayClient.underTest();
    private final Paper paper = Paper.some();
    private EventWriter eventWriter;
    private String first;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
        awaitOpen(0);
        try (var stream = gateway.stream(eventWriter.path(), gateway.withToken("operator"))) {
            first = String.valueOf(stream.next(block -> block.id() != null).id());
        }
        awaitOpen(0);
        write(EVENTS);
    }

    private void enlarge(int bytes) {
        eventWriter.run("update event set data = '{\"operation_id\":\"' || repeat('x', " + bytes
                + ") || '\"}' where project_id = '" + eventWriter.project() + "'");
    }

    private void write(int count) {
        for (int i = 0; i < count; i++) {
            EventWriter.await(
                    pool.withTransaction(transaction -> eventWriter.append(transaction, paper, "pending", "pending")));
        }
    }

    private void awaitOpen(int count) {
        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(() -> assertThat(metrics.get("attach.gateway.streams.open")
                                .gauge()
                                .value())
                        .isEqualTo(count));
    }

    private Socket request() throws IOException {
        var address = URI.create(gateway.url());
        var socket = new Socket();
        socket.setReceiveBufferSize(8 * 1024);
        socket.setSoTimeout((int) SOON.toMillis());
        socket.connect(new InetSocketAddress(address.getHost(), address.getPort()));
        socket.getOutputStream()
                .write(("GET " + eventWriter.path()
                                + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nLast-Event-ID: " + first
                                + "\r\nAuthorization: Bearer " + gateway.token("operator") + "\r\n\r\n")
                        .getBytes(US_ASCII));
        return socket;
    }

    private static List<Long> positions(BufferedReader lines, int count) throws IOException {
        var positions = new ArrayList<Long>();
        var start = System.nanoTime();
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("id: ")) {
                positions.add(Long.parseLong(line.split("-", 3)[1]));
            }
            // Heartbeats alone would keep the loop running forever.
            if (positions.size() == count || System.nanoTime() - start > SOON.toNanos()) {
                break;
            }
        }
        return positions;
    }

    @Test
    void a_client_that_reads_receives_a_history_many_times_its_socket_buffer() throws IOException {
        enlarge(40_000);
        try (var socket = request()) {
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            assertThat(positions(lines, EVENTS))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, EVENTS).boxed().toList());
            write(1);
            assertThat(positions(lines, 1)).containsExactly(EVENTS + 1L);
        }
    }

    @Test
    void a_client_that_reads_nothing_is_disconnected_and_can_resume() throws IOException {
        // More than the limit here and in the system, and less than the system would buffer without a limit.
        enlarge(2_000);
        try (var socket = request()) {
            awaitOpen(1);
            // It ends without a close by its client, which would not notice one.
            awaitOpen(0);
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            try {
                var received = positions(lines, EVENTS);
                assertThat(received).isNotEmpty().hasSizeLessThan(EVENTS);
            } catch (SocketException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
        }
        try (var socket = request()) {
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            assertThat(positions(lines, EVENTS)).hasSize(EVENTS);
        }
    }
}
