package dev.attachgateway.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.FaultyConnection;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Timeouts;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Proves that many streams share one connection over HTTP/2, and that each equals its HTTP/1.1 counterpart. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
@Timeout(300)
class Http2FeedTest {
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
        awaitOpen(0);
    }

    /** A stream read line by line: heartbeats are skipped, and the reconnection delay, which differs, is masked. */
    private record Lines(HttpResponse<InputStream> response, BufferedReader reader) implements AutoCloseable {
        static Lines of(HttpResponse<InputStream> response) {
            return new Lines(response, new BufferedReader(new InputStreamReader(response.body(), UTF_8)));
        }

        String block() throws IOException {
            var block = new StringBuilder();
            while (true) {
                var line = reader.readLine();
                if (line == null) {
                    throw new AssertionError("the stream ended after " + block);
                }
                if (!line.isEmpty()) {
                    block.append(line.replaceFirst("^retry: \\d+$", "retry: …")).append('\n');
                } else if (!block.toString().equals(":\n")) {
                    return block.toString();
                } else {
                    block.setLength(0);
                }
            }
        }

        List<String> blocks(int count) throws IOException {
            var blocks = new ArrayList<String>();
            while (blocks.size() < count) {
                blocks.add(block());
            }
            return blocks;
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }

    private Lines open(HttpClient client, String origin, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(origin + eventWriter.path()))
                .header("Authorization", "Bearer " + gateway.token("operator"))
                .header("Accept", "text/event-stream")
                .header("Accept-Encoding", "gzip")
                .timeout(Duration.ofSeconds(10));
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        var response = client.send(request.build(), BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(client.version());
        return Lines.of(response);
    }

    @Test
    void http_2_frames_equal_those_of_http_1_1_and_are_not_compressed() throws Exception {
        var paper = Paper.some();
        eventWriter.begin(paper);
        try (var http1Client = client(Version.HTTP_1_1);
                var http2Client = client(Version.HTTP_2);
                var http1 = open(http1Client, gateway.url());
                var http2 = open(http2Client, gateway.url())) {
            assertThat(http2.response().headers().firstValue("Content-Encoding"))
                    .isEmpty();
            for (var name : List.of("content-type", "cache-control", "vary", "x-accel-buffering")) {
                assertThat(http2.response().headers().allValues(name))
                        .as(name)
                        .isNotEmpty()
                        .isEqualTo(http1.response().headers().allValues(name));
            }
            var snapshot = http1.blocks(3);
            assertThat(http2.blocks(3)).isEqualTo(snapshot);
            eventWriter.move(paper, "pending", "running");
            eventWriter.move(paper, "running", "success");
            var live = http1.blocks(2);
            assertThat(live.getLast()).contains("\"operation_status\":\"success\"");
            assertThat(http2.blocks(2)).isEqualTo(live);
            var last = snapshot.getLast().strip().substring("id: ".length());
            try (var resumed = open(http2Client, gateway.url(), "Last-Event-ID", last)) {
                assertThat(resumed.blocks(3)).startsWith("retry: …\n").endsWith(live.get(0), live.get(1));
            }
        }
    }

    @Test
    void closing_one_of_many_streams_on_a_connection_keeps_the_others_open() throws Exception {
        var port = URI.create(gateway.url()).getPort();
        try (var client = client(Version.HTTP_2);
                var connection = FaultyConnection.to(port)) {
            var streams = new ArrayList<Lines>();
            for (var i = 0; i < 8; i++) {
                streams.add(open(client, connection.url()));
                assertThat(streams.getLast().blocks(2).getLast()).startsWith("id: ");
            }
            assertThat(connection.connections()).isEqualTo(1);
            awaitOpen(8);
            var paper = Paper.some();
            eventWriter.begin(paper);
            for (var stream : streams) {
                assertThat(stream.block()).contains("\"operation_status\":\"pending\"");
            }
            streams.removeFirst().close();
            streams.remove(3).close();
            awaitOpen(6);
            eventWriter.move(paper, "pending", "running");
            for (var stream : streams) {
                assertThat(stream.block()).contains("\"operation_status\":\"running\"");
            }
            assertThat(connection.connections()).isEqualTo(1);
            connection.refuse();
            awaitOpen(0);
        }
    }

    private static HttpClient client(Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    private void awaitOpen(int count) {
        Awaitility.await("streams at the gateway")
                .atMost(Timeouts.CONDITION)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(metrics.get("attach.gateway.streams.open")
                                .gauge()
                                .value())
                        .isEqualTo(count));
    }
}
