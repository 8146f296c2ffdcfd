package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves that a feed request is authorized and validated before the first byte of the response. */
@QuarkusTest
@TestProfile(FeedProfile.class)
@WithTestResource(PostgresForTests.class)
class FeedRequestsTest {
    /** The server that the caller "stranger" may read, and the disk that the caller "viewer" may. */
    private static final UUID SERVER = UUID.fromString("6513270e-269e-4d37-b2a7-4de452e6b438");

    private static final UUID DISK = UUID.fromString("1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0");

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    private final GatewayClient gateway = GatewayClient.underTest();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
    }

    private String statusAndCode(String client, String accept, String query) {
        var response = gateway.get(eventWriter.path() + query, gateway.withToken(client, "Accept", accept));
        return response.status() + " " + response.code();
    }

    @ParameterizedTest
    @CsvSource({"text/event-stream", "application/json"})
    void a_caller_without_read_access_gets_a_problem(String accept) {
        assertThat(gateway.get(eventWriter.path(), "Accept", accept).status()).isEqualTo(401);
        assertThat(statusAndCode("attacher", accept, "")).isEqualTo("403 Gateway.NotGranted");
        assertThat(statusAndCode("stranger", accept, "?server=" + UUID.randomUUID()))
                .isEqualTo("403 Gateway.NotGranted");
        assertThat(statusAndCode("stranger", accept, "?server=" + SERVER + "," + UUID.randomUUID()))
                .isEqualTo("403 Gateway.NotGranted");
        assertThat(statusAndCode("viewer", accept, "?volume=" + UUID.randomUUID()))
                .isEqualTo("403 Gateway.NotGranted");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/event-stream | ?serve=x | serve is not a parameter of this call, which takes server, volume, status, type, caller, envelope, last_event_id",
                "text/event-stream | ?limit=1 | limit is not a parameter of this call, which takes",
                "text/event-stream | ?status=done | status has to be among failed, pending, running, success",
                "text/event-stream | ?server=x | server has to be a UUID",
                "text/event-stream | ?envelope=avro | envelope has to be among cloudevents, none",
                "text/event-stream;envelope=avro | '' | envelope has to be among cloudevents, none",
                "application/json | ?serve=x | serve is not a parameter of this call, which takes server, volume, status, type, caller, limit, cursor",
                "application/json | ?type=attach | type has to be among node_attach_volume, node_detach_volume",
            })
    void an_invalid_parameter_is_rejected_with_400_and_the_valid_ones(String accept, String query, String detail) {
        var response = gateway.get(eventWriter.path() + query, gateway.withToken("operator", "Accept", accept));
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.code()).isEqualTo("Gateway.InvalidRequest");
        assertThat(response.text("detail")).startsWith(detail);
    }

    @ParameterizedTest
    @CsvSource({"abc", "9ff3ee15-01", "9FF3EE15-1", "-1"})
    void a_malformed_event_id_is_rejected_with_400(String id) {
        assertThat(statusAndCode("operator", "text/event-stream", "?last_event_id=" + id))
                .isEqualTo("400 Gateway.MalformedEventId");
    }

    @Test
    void an_unsupported_media_type_is_rejected_with_406() {
        assertThat(statusAndCode("operator", "text/html", "")).isEqualTo("406 Gateway.NotAcceptable");
        assertThat(statusAndCode("operator", "text/event-stream;q=0", "")).isEqualTo("406 Gateway.NotAcceptable");
    }

    @Test
    void a_feed_has_stream_headers_a_retry_field_and_heartbeats() {
        try (var stream =
                gateway.stream(eventWriter.path(), gateway.withToken("operator", "Accept-Encoding", "gzip"))) {
            assertThat(stream.header("Content-Type")).isEqualTo("text/event-stream");
            assertThat(stream.header("Cache-Control")).isEqualTo("no-cache, no-transform");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(stream.header("Vary")).contains("Accept");
            assertThat(stream.header("Content-Encoding")).isEmpty();
            assertThat(Long.parseLong(String.valueOf(stream.next().retry()))).isBetween(2000L, 3000L);
            stream.next(block -> block.id() != null);
            assertThat(stream.next().comments()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"stranger", "viewer"})
    void a_feed_has_only_events_within_the_callers_grants(String client) {
        var visible = client.equals("stranger")
                ? Paper.of(SERVER, UUID.randomUUID(), EventWriter.ATTACH, "sandbox:attacher")
                : Paper.of(UUID.randomUUID(), DISK, EventWriter.ATTACH, "sandbox:attacher");
        var hidden = Paper.some();
        eventWriter.begin(hidden);
        eventWriter.begin(visible);
        var token = gateway.withToken(client);
        try (var stream = gateway.stream(eventWriter.path(), token)) {
            var snapshot = stream.next(Block::isEvent);
            assertThat(snapshot.json().path("operation_id").asText())
                    .isEqualTo(visible.id().toString());
            assertThat(stream.next().position()).isEqualTo(2);
            eventWriter.move(hidden, "pending", "failed");
            eventWriter.move(visible, "pending", "success");
            assertThat(stream.events(1).getFirst().position()).isEqualTo(4);
            var epoch = stream.lastEventId().split("-", 2)[0];
            try (var resumed = gateway.stream(eventWriter.path() + "?last_event_id=" + epoch + "-0", token)) {
                assertThat(resumed.events(2).stream().map(Block::position)).containsExactly(2L, 4L);
            }
        }
        var page = gateway.get(eventWriter.path(), token).json().path("operations");
        assertThat(page).hasSize(1);
        assertThat(page.get(0).path("operation_id").asText())
                .isEqualTo(visible.id().toString());
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }
}
