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

/** Who gets a feed, and of what: decided before the first byte. */
@QuarkusTest
@TestProfile(FeedProfile.class)
@WithTestResource(PostgresForTests.class)
class FeedRequestsTest {
    /** What the caller "stranger" may see, and what the caller "viewer" may. */
    private static final UUID SERVER = UUID.fromString("6513270e-269e-4d37-b2a7-4de452e6b438");

    private static final UUID DISK = UUID.fromString("1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0");

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    private final GatewayClient gateway = GatewayClient.underTest();
    private EventWriter eventWriter;

    @BeforeEach
    void set() {
        eventWriter = new EventWriter(pool, log);
    }

    private String asked(String client, String accept, String query) {
        var answer = gateway.get(eventWriter.path() + query, gateway.withToken(client, "Accept", accept));
        return answer.status() + " " + answer.code();
    }

    @ParameterizedTest
    @CsvSource({"text/event-stream", "application/json"})
    void who_may_not_see_anything_gets_a_problem(String accept) {
        assertThat(gateway.get(eventWriter.path(), "Accept", accept).status()).isEqualTo(401);
        assertThat(asked("attacher", accept, "")).isEqualTo("403 Gateway.NotGranted");
        assertThat(asked("stranger", accept, "?server=" + UUID.randomUUID())).isEqualTo("403 Gateway.NotGranted");
        assertThat(asked("stranger", accept, "?server=" + SERVER + "," + UUID.randomUUID()))
                .isEqualTo("403 Gateway.NotGranted");
        assertThat(asked("viewer", accept, "?volume=" + UUID.randomUUID())).isEqualTo("403 Gateway.NotGranted");
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
    void what_is_asked_wrongly_is_400_and_says_how_to_ask(String accept, String query, String detail) {
        var answer = gateway.get(eventWriter.path() + query, gateway.withToken("operator", "Accept", accept));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("Gateway.InvalidRequest");
        assertThat(answer.text("detail")).startsWith(detail);
    }

    @ParameterizedTest
    @CsvSource({"abc", "9ff3ee15-01", "9FF3EE15-1", "-1"})
    void an_id_that_was_never_handed_out_is_400(String id) {
        assertThat(asked("operator", "text/event-stream", "?last_event_id=" + id))
                .isEqualTo("400 Gateway.MalformedEventId");
    }

    @Test
    void a_type_that_there_is_not_is_406() {
        assertThat(asked("operator", "text/html", "")).isEqualTo("406 Gateway.NotAcceptable");
        assertThat(asked("operator", "text/event-stream;q=0", "")).isEqualTo("406 Gateway.NotAcceptable");
    }

    @Test
    void a_feed_has_the_manners_of_every_stream() {
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
    void only_what_the_callers_grants_show_is_told(String client) {
        var seen = client.equals("stranger")
                ? Paper.of(SERVER, UUID.randomUUID(), EventWriter.ATTACH, "sandbox:attacher")
                : Paper.of(UUID.randomUUID(), DISK, EventWriter.ATTACH, "sandbox:attacher");
        var hidden = Paper.some();
        eventWriter.begin(hidden);
        eventWriter.begin(seen);
        var token = gateway.withToken(client);
        try (var stream = gateway.stream(eventWriter.path(), token)) {
            var snapshot = stream.next(Block::isEvent);
            assertThat(snapshot.json().path("operation_id").asText())
                    .isEqualTo(seen.id().toString());
            assertThat(stream.next().position()).isEqualTo(2);
            eventWriter.move(hidden, "pending", "failed");
            eventWriter.move(seen, "pending", "success");
            assertThat(stream.events(1).getFirst().position()).isEqualTo(4);
            var epoch = stream.lastEventId().split("-", 2)[0];
            try (var again = gateway.stream(eventWriter.path() + "?last_event_id=" + epoch + "-0", token)) {
                assertThat(again.events(2).stream().map(Block::position)).containsExactly(2L, 4L);
            }
        }
        var page = gateway.get(eventWriter.path(), token).json().path("operations");
        assertThat(page).hasSize(1);
        assertThat(page.get(0).path("operation_id").asText())
                .isEqualTo(seen.id().toString());
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }
}
