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

/** Over HTTP/2 many streams share one connection, and each of them is what it is over HTTP/1.1. */
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
    void set() {
        eventWriter = new EventWriter(pool, log);
        awaitOpen(0);
    }

    /** A stream read line by line: heartbeats are passed over, and the time to wait is another one for each stream. */
    private record Lines(HttpResponse<InputStream> answer, BufferedReader reader) implements AutoCloseable {
        static Lines of(HttpResponse<InputStream> answer) {
            return new Lines(answer, new BufferedReader(new InputStreamReader(answer.body(), UTF_8)));
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
        var answer = client.send(request.build(), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.version()).isEqualTo(client.version());
        return Lines.of(answer);
    }

    @Test
    void the_frames_are_those_of_http_1_1_and_are_not_compressed() throws Exception {
        var paper = Paper.some();
        eventWriter.begin(paper);
        try (var old = client(Version.HTTP_1_1);
                var modern = client(Version.HTTP_2);
                var one = open(old, gateway.url());
                var other = open(modern, gateway.url())) {
            assertThat(other.answer().headers().firstValue("Content-Encoding")).isEmpty();
            for (var name : List.of("content-type", "cache-control", "vary", "x-accel-buffering")) {
                assertThat(other.answer().headers().allValues(name))
                        .as(name)
                        .isNotEmpty()
                        .isEqualTo(one.answer().headers().allValues(name));
            }
            var snapshot = one.blocks(3);
            assertThat(other.blocks(3)).isEqualTo(snapshot);
            eventWriter.move(paper, "pending", "running");
            eventWriter.move(paper, "running", "success");
            var live = one.blocks(2);
            assertThat(live.getLast()).contains("\"operation_status\":\"success\"");
            assertThat(other.blocks(2)).isEqualTo(live);
            var last = snapshot.getLast().strip().substring("id: ".length());
            try (var again = open(modern, gateway.url(), "Last-Event-ID", last)) {
                assertThat(again.blocks(3)).startsWith("retry: …\n").endsWith(live.get(0), live.get(1));
            }
        }
    }

    @Test
    void of_many_streams_on_one_connection_each_leaves_alone() throws Exception {
        var port = URI.create(gateway.url()).getPort();
        try (var client = client(Version.HTTP_2);
                var line = FaultyConnection.to(port)) {
            var streams = new ArrayList<Lines>();
            for (var i = 0; i < 8; i++) {
                streams.add(open(client, line.url()));
                assertThat(streams.getLast().blocks(2).getLast()).startsWith("id: ");
            }
            assertThat(line.connections()).isEqualTo(1);
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
            assertThat(line.connections()).isEqualTo(1);
            line.refuse();
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
