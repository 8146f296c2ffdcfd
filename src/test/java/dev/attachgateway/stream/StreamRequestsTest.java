package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that the choice between stream, JSON and problem is made before the first byte of the response. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class StreamRequestsTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    private String path() {
        var response = attachFixture.attach();
        return GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), response.operationId());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*",
                "application/json",
                "application/*",
                "text/event-stream, application/json",
                "application/json;q=0.5, text/event-stream;q=0.5",
                "text/event-stream;q=0.4, application/json",
                "text/event-stream;q=0.4, application/json;q=0.5, */*;q=0.1"
            })
    void json_is_sent_unless_a_stream_is_preferred(String accept) {
        var response = attachFixture
                .gateway()
                .get(path(), attachFixture.gateway().withToken(AttachFixture.CALLER, "Accept", accept));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Content-Type")).startsWith("application/json");
        assertThat(response.header("Vary")).contains("Accept");
    }

    @Test
    void json_is_sent_without_an_accept_header() {
        var response =
                attachFixture.gateway().get(path(), attachFixture.gateway().withToken(AttachFixture.CALLER));
        assertThat(response.header("Content-Type")).startsWith("application/json");
        assertThat(response.header("Vary")).contains("Accept");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/event-stream",
                "TEXT/Event-Stream",
                "text/event-stream, */*;q=0.1",
                "application/json;q=0.9, text/event-stream",
                "text/event-stream;q=0.2"
            })
    void a_stream_is_sent_when_it_is_preferred(String accept) {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var path = path();
        try (var stream = attachFixture
                .gateway()
                .streamAccepting(
                        path,
                        accept,
                        attachFixture.gateway().withToken(AttachFixture.CALLER, "Accept-Encoding", "gzip"))) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
            assertThat(stream.header("Cache-Control")).isEqualTo("no-cache, no-transform");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(stream.header("Vary")).contains("Accept");
            assertThat(stream.header("Content-Encoding")).isEmpty();
            assertThat(stream.events(1)).hasSize(1);
        }
    }

    @Test
    void a_head_request_gets_the_stream_headers_and_opens_no_stream() throws Exception {
        var feed = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";
        var url = attachFixture.gateway().url();
        for (var path : List.of(path(), feed)) {
            var head = HttpRequest.newBuilder(URI.create(url + path))
                    .method("HEAD", BodyPublishers.noBody())
                    .headers(attachFixture.gateway().withToken(AttachFixture.CALLER, "Accept", "text/event-stream"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            try (var client = HttpClient.newHttpClient()) {
                var response = client.send(head, BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
                assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-cache, no-transform");
                assertThat(response.body()).isEmpty();
            }
        }
    }

    @Test
    void json_requests_accept_the_query_parameters_of_a_stream() {
        var parameters = "?envelope=cloudevents&last_event_id=9ff3ee15-42-c04d3f9a";
        var feed = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";
        for (var path : List.of(path(), feed)) {
            assertThat(attachFixture
                            .gateway()
                            .get(path + parameters, attachFixture.gateway().withToken(AttachFixture.CALLER))
                            .status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "-1",
                "9ff3ee15",
                "9ff3ee15-",
                "9ff3ee15-01",
                "9FF3EE15-1",
                "9ff3ee15--1",
                "9ff3ee15-1234567890123456789",
                "9ff3ee15-1 x"
            })
    void a_malformed_event_id_is_rejected_with_400(String id) {
        var path = path();
        var response = attachFixture
                .gateway()
                .get(
                        path,
                        attachFixture
                                .gateway()
                                .withToken(AttachFixture.CALLER, "Accept", "text/event-stream", "Last-Event-ID", id));
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.code()).isEqualTo("Gateway.MalformedEventId");
        var query = path + "?last_event_id=" + java.net.URLEncoder.encode(id, java.nio.charset.StandardCharsets.UTF_8);
        assertThat(attachFixture
                        .gateway()
                        .get(
                                query,
                                attachFixture.gateway().withToken(AttachFixture.CALLER, "Accept", "text/event-stream"))
                        .code())
                .isEqualTo("Gateway.MalformedEventId");
    }

    @Test
    void an_empty_event_id_is_ignored() {
        try (var stream = attachFixture.gateway().stream(
                path() + "?last_event_id=", attachFixture.gateway().withToken(AttachFixture.CALLER))) {
            assertThat(stream.events(1).getFirst().id()).isNull();
        }
    }

    @Test
    void a_caller_without_read_access_to_the_operation_gets_a_problem() {
        var path = path();
        var unknown = GatewayClient.operationPath(
                GatewayClient.P1, attachFixture.server(), "b894b879-a3c0-49ee-b5cb-92202b2794e2");
        assertThat(attachFixture
                        .gateway()
                        .get(path, "Accept", "text/event-stream")
                        .code())
                .isEqualTo("Gateway.NotAuthenticated");
        assertThat(statusAndCode("stranger", path)).isEqualTo("403 Gateway.NotGranted");
        assertThat(statusAndCode("attacher", path.replace(GatewayClient.P1, GatewayClient.P2)))
                .isEqualTo("403 Gateway.NotGranted");
        assertThat(statusAndCode("operator", path.replace(GatewayClient.P1, GatewayClient.P2)))
                .isEqualTo("404 Gateway.OperationNotFound");
        assertThat(statusAndCode("attacher", unknown)).isEqualTo("404 Gateway.OperationNotFound");
        assertThat(statusAndCode(
                        "attacher",
                        path.replace(
                                attachFixture.server(), attachFixture.cloud().newServer())))
                .isEqualTo("404 Gateway.OperationNotFound");
        assertThat(statusAndCode(
                        "attacher", GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), "no-id")))
                .isEqualTo("400 Gateway.InvalidRequest");
    }

    private String statusAndCode(String client, String path) {
        var response = attachFixture
                .gateway()
                .get(path, attachFixture.gateway().withToken(client, "Accept", "text/event-stream"));
        return response.status() + " " + response.code();
    }
}
