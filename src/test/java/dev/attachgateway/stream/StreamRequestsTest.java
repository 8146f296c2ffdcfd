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

/** Who gets a stream, who gets JSON, and who gets neither: decided before the first byte. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class StreamRequestsTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
    }

    private String path() {
        var answer = attachFixture.attach();
        return GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), answer.operationId());
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
    void json_unless_a_stream_is_wished_for_more(String accept) {
        var answer = attachFixture
                .gateway()
                .get(path(), attachFixture.gateway().withToken(AttachFixture.CALLER, "Accept", accept));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.header("Vary")).contains("Accept");
    }

    @Test
    void without_a_wish_it_is_json() {
        var answer = attachFixture.gateway().get(path(), attachFixture.gateway().withToken(AttachFixture.CALLER));
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.header("Vary")).contains("Accept");
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
    void a_stream_when_it_is_wished_for_most(String accept) {
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
    void head_is_the_head_of_the_stream_and_opens_none() throws Exception {
        var feed = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";
        var url = attachFixture.gateway().url();
        for (var path : List.of(path(), feed)) {
            var head = HttpRequest.newBuilder(URI.create(url + path))
                    .method("HEAD", BodyPublishers.noBody())
                    .headers(attachFixture.gateway().withToken(AttachFixture.CALLER, "Accept", "text/event-stream"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            try (var client = HttpClient.newHttpClient()) {
                var answer = client.send(head, BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
                assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-cache, no-transform");
                assertThat(answer.body()).isEmpty();
            }
        }
    }

    @Test
    void json_is_asked_for_at_the_address_of_a_stream_with_all_that_it_has() {
        var same = "?envelope=cloudevents&last_event_id=9ff3ee15-42-c04d3f9a";
        var feed = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";
        for (var path : List.of(path(), feed)) {
            assertThat(attachFixture
                            .gateway()
                            .get(path + same, attachFixture.gateway().withToken(AttachFixture.CALLER))
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
    void an_id_that_was_never_handed_out_is_400(String id) {
        var path = path();
        var answer = attachFixture
                .gateway()
                .get(
                        path,
                        attachFixture
                                .gateway()
                                .withToken(AttachFixture.CALLER, "Accept", "text/event-stream", "Last-Event-ID", id));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("Gateway.MalformedEventId");
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
    void an_empty_id_is_none() {
        try (var stream = attachFixture.gateway().stream(
                path() + "?last_event_id=", attachFixture.gateway().withToken(AttachFixture.CALLER))) {
            assertThat(stream.events(1).getFirst().id()).isNull();
        }
    }

    @Test
    void who_may_not_see_the_operation_gets_a_problem_and_no_stream() {
        var path = path();
        var nobody = GatewayClient.operationPath(
                GatewayClient.P1, attachFixture.server(), "b894b879-a3c0-49ee-b5cb-92202b2794e2");
        assertThat(attachFixture
                        .gateway()
                        .get(path, "Accept", "text/event-stream")
                        .code())
                .isEqualTo("Gateway.NotAuthenticated");
        assertThat(wishing("stranger", path)).isEqualTo("403 Gateway.NotGranted");
        assertThat(wishing("attacher", path.replace(GatewayClient.P1, GatewayClient.P2)))
                .isEqualTo("403 Gateway.NotGranted");
        assertThat(wishing("operator", path.replace(GatewayClient.P1, GatewayClient.P2)))
                .isEqualTo("404 Gateway.OperationNotFound");
        assertThat(wishing("attacher", nobody)).isEqualTo("404 Gateway.OperationNotFound");
        assertThat(wishing(
                        "attacher",
                        path.replace(
                                attachFixture.server(), attachFixture.cloud().newServer())))
                .isEqualTo("404 Gateway.OperationNotFound");
        assertThat(wishing("attacher", GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), "no-id")))
                .isEqualTo("400 Gateway.InvalidRequest");
    }

    private String wishing(String client, String path) {
        var answer = attachFixture
                .gateway()
                .get(path, attachFixture.gateway().withToken(client, "Accept", "text/event-stream"));
        return answer.status() + " " + answer.code();
    }
}
