package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.DocumentationSnippet;
import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.FrontProxy;
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
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Proves that streams work through nginx and HAProxy, with the documented settings and with nginx's defaults. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
@Timeout(300)
class BehindProxyTest {
    private static final String PAGE = "docs/stream.md";
    private static final String COMPRESS_ALL = "gzip on; gzip_types *; gzip_proxied any;\n";
    private static final Duration LIMIT = Timeouts.CONDITION;

    /** The proxies' timeout in this test: ten heartbeats of this profile. */
    private static final String TIMEOUT = "3s";

    private static final Duration IDLE = Duration.ofSeconds(5);

    private static final String NGINX_DEFAULTS = """
            server {
                listen 80;
                proxy_read_timeout 60s;
                location / { proxy_pass http://127.0.0.1:8080; }
            }
            """;

    enum ProxySetup {
        NGINX_DEFAULTS,
        NGINX,
        HAPROXY
    }

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    MeterRegistry metrics;

    @TempDir
    Path folder;

    private final GatewayClient direct = GatewayClient.underTest();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
        // The first request of the process is slow, and no proxy timeout should include it.
        try (var stream = direct.stream(eventWriter.path(), direct.withToken("operator"))) {
            stream.next(block -> block.id() != null);
        }
        awaitOpen(0);
    }

    private FrontProxy startProxy(ProxySetup setup) {
        return switch (setup) {
            case NGINX_DEFAULTS -> nginx(NGINX_DEFAULTS);
            case NGINX -> nginx(DocumentationSnippet.code(PAGE, "nginx"));
            case HAPROXY -> haproxy(DocumentationSnippet.code(PAGE, "haproxy"));
        };
    }

    private FrontProxy nginx(String http) {
        var adapted = DocumentationSnippet.with(http, "listen 80;", "listen 127.0.0.1:PORT;");
        return FrontProxy.nginx(folder, toGateway(adapted, "proxy_read_timeout 60s", "proxy_read_timeout " + TIMEOUT));
    }

    private FrontProxy haproxy(String config) {
        var adapted = DocumentationSnippet.with(config, "bind :80", "bind 127.0.0.1:PORT");
        adapted = DocumentationSnippet.with(adapted, "timeout client 60s", "timeout client " + TIMEOUT);
        return FrontProxy.haproxy(folder, toGateway(adapted, "timeout server 60s", "timeout server " + TIMEOUT));
    }

    private String toGateway(String config, String documented, String adapted) {
        var gatewayAddress = "127.0.0.1:" + URI.create(direct.url()).getPort();
        return DocumentationSnippet.with(
                DocumentationSnippet.with(config, documented, adapted), "127.0.0.1:8080", gatewayAddress);
    }

    private EventStream feed(FrontProxy proxy, String... headers) {
        var gateway = new GatewayClient(proxy.url(), direct.url());
        return gateway.stream(eventWriter.path(), gateway.withToken("operator", headers));
    }

    @ParameterizedTest
    @EnumSource
    void each_event_passes_the_proxy_before_the_next_one_is_written(ProxySetup setup) {
        try (var proxy = startProxy(setup);
                var stream = feed(proxy, "Accept-Encoding", "gzip")) {
            assertThat(stream.header("Content-Encoding")).isEmpty();
            assertThat(stream.next(block -> block.id() != null).position()).isZero();
            var paper = Paper.some();
            assertThat(nextStatus(stream, eventWriter.begin(paper))).isEqualTo("pending");
            assertThat(nextStatus(stream, eventWriter.move(paper, "pending", "running")))
                    .isEqualTo("running");
            assertThat(nextStatus(stream, eventWriter.move(paper, "running", "success")))
                    .isEqualTo("success");
        }
    }

    private static String nextStatus(EventStream stream, long position) {
        var block = stream.next(Block::isEvent);
        assertThat(block.position()).isEqualTo(position);
        return block.operationStatus();
    }

    @ParameterizedTest
    @EnumSource
    void heartbeats_keep_an_idle_stream_open_beyond_the_proxy_timeout(ProxySetup setup) {
        try (var proxy = startProxy(setup);
                var stream = feed(proxy)) {
            stream.next(block -> block.id() != null);
            var start = System.nanoTime();
            while (System.nanoTime() - start < IDLE.toNanos()) {
                assertThat(stream.next().comments()).isEqualTo(1);
            }
            eventWriter.begin(Paper.some());
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_client_that_disconnects_from_the_proxy_is_released_by_the_gateway(ProxySetup setup) {
        try (var proxy = startProxy(setup)) {
            try (var stream = feed(proxy)) {
                stream.next(block -> block.id() != null);
                awaitOpen(1);
            }
            awaitOpen(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_client_that_reconnects_through_the_proxy_resumes_without_loss(ProxySetup setup) {
        var papers = List.of(Paper.some(), Paper.some(), Paper.some());
        try (var proxy = startProxy(setup)) {
            var read = new ArrayList<Long>();
            String last;
            try (var stream = feed(proxy)) {
                last = String.valueOf(stream.next(block -> block.id() != null).id());
            }
            for (var paper : papers) {
                eventWriter.begin(paper);
                eventWriter.move(paper, "pending", "running");
                try (var stream = feed(proxy, "Last-Event-ID", last)) {
                    stream.events(2).forEach(block -> read.add(block.position()));
                    last = stream.lastEventId();
                }
            }
            assertThat(read).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        }
    }

    @Test
    void nginx_with_compression_does_not_compress_streams_with_the_documented_setting() {
        try (var proxy = nginx(COMPRESS_ALL + DocumentationSnippet.code(PAGE, "nginx"));
                var stream = feed(proxy, "Accept-Encoding", "gzip")) {
            assertThat(stream.header("Content-Encoding")).isEmpty();
            assertThat(stream.next(block -> block.id() != null).position()).isZero();
        }
    }

    @Test
    void nginx_that_compresses_streams_does_not_delay_events() throws Exception {
        var compressing =
                COMPRESS_ALL + DocumentationSnippet.with(DocumentationSnippet.code(PAGE, "nginx"), "gzip off;", "");
        try (var proxy = nginx(compressing);
                var client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            var request = HttpRequest.newBuilder(URI.create(proxy.url() + eventWriter.path()))
                    .headers(direct.withToken("operator", "Accept", "text/event-stream", "Accept-Encoding", "gzip"))
                    .build();
            var response = client.send(request, BodyHandlers.ofInputStream());
            assertThat(response.headers().firstValue("Content-Encoding"))
                    .as("%s %s", response, response.headers())
                    .contains("gzip");
            try (var bytes = new GZIPInputStream(response.body())) {
                readUntil(bytes, "-0\n\n");
                eventWriter.begin(Paper.some());
                readUntil(bytes, "-1-");
            }
        }
    }

    /** Reads byte by byte: a larger read of compressed data would wait until more arrives. */
    private static void readUntil(InputStream bytes, String end) throws IOException {
        var read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            read.append((char) bytes.read());
        }
    }

    @Test
    void haproxy_with_compression_obeys_no_transform() {
        var compressing = "mode http\n    compression algo gzip\n    compression type text/event-stream";
        try (var proxy = haproxy(DocumentationSnippet.with(
                        DocumentationSnippet.code(PAGE, "haproxy"), "mode http", compressing));
                var stream = feed(proxy, "Accept-Encoding", "gzip")) {
            assertThat(stream.header("Content-Encoding")).isEmpty();
            assertThat(stream.next(block -> block.id() != null).position()).isZero();
        }
    }

    private void awaitOpen(int count) {
        Awaitility.await("streams at the gateway")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(metrics.get("attach.gateway.streams.open")
                                .gauge()
                                .value())
                        .isEqualTo(count));
    }
}
