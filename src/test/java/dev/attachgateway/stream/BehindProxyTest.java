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

/** Behind nginx and HAProxy, with the settings that the documentation gives and with none, a stream is what it is. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
@Timeout(300)
class BehindProxyTest {
    private static final String PAGE = "docs/stream.md";
    private static final String COMPRESS_ALL = "gzip on; gzip_types *; gzip_proxied any;\n";
    private static final Duration LIMIT = Timeouts.CONDITION;

    /** For how long the proxies wait here: ten heartbeats of this profile. */
    private static final String WAIT = "3s";

    private static final Duration IDLE = Duration.ofSeconds(5);

    private static final String NGINX_AS_IT_COMES = """
            server {
                listen 80;
                proxy_read_timeout 60s;
                location / { proxy_pass http://127.0.0.1:8080; }
            }
            """;

    enum Front {
        NGINX_AS_IT_COMES,
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
    void set() {
        eventWriter = new EventWriter(pool, log);
        // The first request of all takes its time, and no proxy should wait for it.
        try (var stream = direct.stream(eventWriter.path(), direct.withToken("operator"))) {
            stream.next(block -> block.id() != null);
        }
        awaitOpen(0);
    }

    private FrontProxy start(Front front) {
        return switch (front) {
            case NGINX_AS_IT_COMES -> nginx(NGINX_AS_IT_COMES);
            case NGINX -> nginx(DocumentationSnippet.code(PAGE, "nginx"));
            case HAPROXY -> haproxy(DocumentationSnippet.code(PAGE, "haproxy"));
        };
    }

    private FrontProxy nginx(String http) {
        var here = DocumentationSnippet.with(http, "listen 80;", "listen 127.0.0.1:PORT;");
        return FrontProxy.nginx(folder, toGateway(here, "proxy_read_timeout 60s", "proxy_read_timeout " + WAIT));
    }

    private FrontProxy haproxy(String config) {
        var here = DocumentationSnippet.with(config, "bind :80", "bind 127.0.0.1:PORT");
        here = DocumentationSnippet.with(here, "timeout client 60s", "timeout client " + WAIT);
        return FrontProxy.haproxy(folder, toGateway(here, "timeout server 60s", "timeout server " + WAIT));
    }

    private String toGateway(String config, String there, String here) {
        var behind = "127.0.0.1:" + URI.create(direct.url()).getPort();
        return DocumentationSnippet.with(DocumentationSnippet.with(config, there, here), "127.0.0.1:8080", behind);
    }

    private EventStream feed(FrontProxy proxy, String... headers) {
        var gateway = new GatewayClient(proxy.url(), direct.url());
        return gateway.stream(eventWriter.path(), gateway.withToken("operator", headers));
    }

    @ParameterizedTest
    @EnumSource
    void each_event_comes_through_before_the_next_one_is_written(Front front) {
        try (var proxy = start(front);
                var stream = feed(proxy, "Accept-Encoding", "gzip")) {
            assertThat(stream.header("Content-Encoding")).isEmpty();
            assertThat(stream.next(block -> block.id() != null).position()).isZero();
            var paper = Paper.some();
            assertThat(stream(stream, eventWriter.begin(paper))).isEqualTo("pending");
            assertThat(stream(stream, eventWriter.move(paper, "pending", "running")))
                    .isEqualTo("running");
            assertThat(stream(stream, eventWriter.move(paper, "running", "success")))
                    .isEqualTo("success");
        }
    }

    private static String stream(EventStream stream, long position) {
        var block = stream.next(Block::isEvent);
        assertThat(block.position()).isEqualTo(position);
        return block.operationStatus();
    }

    @ParameterizedTest
    @EnumSource
    void heartbeats_keep_an_idle_stream_open_for_longer_than_the_proxy_waits(Front front) {
        try (var proxy = start(front);
                var stream = feed(proxy)) {
            stream.next(block -> block.id() != null);
            var begun = System.nanoTime();
            while (System.nanoTime() - begun < IDLE.toNanos()) {
                assertThat(stream.next().comments()).isEqualTo(1);
            }
            eventWriter.begin(Paper.some());
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_client_that_leaves_the_proxy_leaves_the_gateway(Front front) {
        try (var proxy = start(front)) {
            try (var stream = feed(proxy)) {
                stream.next(block -> block.id() != null);
                awaitOpen(1);
            }
            awaitOpen(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_client_that_comes_back_through_the_proxy_gets_what_it_missed(Front front) {
        var papers = List.of(Paper.some(), Paper.some(), Paper.some());
        try (var proxy = start(front)) {
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
    void nginx_that_compresses_everything_lets_streams_alone_where_it_is_told_to() {
        try (var proxy = nginx(COMPRESS_ALL + DocumentationSnippet.code(PAGE, "nginx"));
                var stream = feed(proxy, "Accept-Encoding", "gzip")) {
            assertThat(stream.header("Content-Encoding")).isEmpty();
            assertThat(stream.next(block -> block.id() != null).position()).isZero();
        }
    }

    @Test
    void nginx_that_compresses_streams_as_well_holds_nothing_back() throws Exception {
        var eager = COMPRESS_ALL + DocumentationSnippet.with(DocumentationSnippet.code(PAGE, "nginx"), "gzip off;", "");
        try (var proxy = nginx(eager);
                var client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            var request = HttpRequest.newBuilder(URI.create(proxy.url() + eventWriter.path()))
                    .headers(direct.withToken("operator", "Accept", "text/event-stream", "Accept-Encoding", "gzip"))
                    .build();
            var answer = client.send(request, BodyHandlers.ofInputStream());
            assertThat(answer.headers().firstValue("Content-Encoding"))
                    .as("%s %s", answer, answer.headers())
                    .contains("gzip");
            try (var bytes = new GZIPInputStream(answer.body())) {
                readUntil(bytes, "-0\n\n");
                eventWriter.begin(Paper.some());
                readUntil(bytes, "-1-");
            }
        }
    }

    /** Byte by byte: who asks for more of what was compressed waits until there is more. */
    private static void readUntil(InputStream bytes, String end) throws IOException {
        var read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            read.append((char) bytes.read());
        }
    }

    @Test
    void haproxy_that_compresses_streams_obeys_no_transform() {
        var eager = "mode http\n    compression algo gzip\n    compression type text/event-stream";
        try (var proxy = haproxy(
                        DocumentationSnippet.with(DocumentationSnippet.code(PAGE, "haproxy"), "mode http", eager));
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
