package dev.attachgateway.stream.sse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves that clients can request events in the envelope of CloudEvents 1.0. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class CloudEventsTest {
    private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    private EventStream replay(String operation, String query, String accept) {
        var path = GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), operation);
        var first = attachFixture.story(operation).getFirst();
        return attachFixture
                .gateway()
                .streamAccepting(
                        path + query,
                        accept,
                        attachFixture.gateway().withToken(AttachFixture.CALLER, "Last-Event-ID", first.epoch() + "-0"));
    }

    @ParameterizedTest
    @CsvSource({"?envelope=cloudevents,text/event-stream", "'',text/event-stream;envelope=cloudevents"})
    void an_event_has_the_cloudevents_attributes_and_the_traceparent(String query, String accept) {
        var id = attachFixture.attach("traceparent", TRACEPARENT).operationId();
        attachFixture.awaitStatus(id, "success");
        var plain = attachFixture.story(id);
        try (var stream = replay(id, query, accept)) {
            var received = stream.toEnd();
            assertThat(received.stream().map(Block::id))
                    .isEqualTo(plain.stream().map(Block::id).toList());
            for (int i = 0; i < received.size(); i++) {
                assertThat(received.get(i).event()).isEqualTo("operation");
                assertEnvelope(received.get(i).json(), id, plain.get(i));
                assertThat(received.get(i).json().path("traceparent").asText()).isEqualTo(TRACEPARENT);
            }
        }
    }

    private void assertEnvelope(JsonNode event, String operation, Block plain) {
        assertThat(event.path("specversion").asText()).isEqualTo("1.0");
        assertThat(event.path("id").asText()).isEqualTo(plain.id());
        assertThat(event.path("source").asText())
                .isEqualTo(GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), operation));
        assertThat(event.path("type").asText()).isEqualTo("dev.attachgateway.operation.changed");
        assertThat(event.path("subject").asText()).isEqualTo(attachFixture.disk());
        assertThat(Instant.parse(event.path("time").asText()))
                .isBetween(
                        Instant.now().minus(Duration.ofMinutes(5)),
                        Instant.now().plusSeconds(5));
        assertThat(event.path("datacontenttype").asText()).isEqualTo("application/json");
        assertThat(event.path("data")).isEqualTo(plain.json());
    }

    @Test
    void a_snapshot_has_the_same_envelope_with_the_id_of_its_event() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        var path = GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), id) + "?envelope=cloudevents";
        try (var stream =
                attachFixture.gateway().stream(path, attachFixture.gateway().withToken(AttachFixture.CALLER))) {
            var snapshot = stream.next(Block::isEvent);
            assertThat(snapshot.id()).isNull();
            assertEnvelope(snapshot.json(), id, attachFixture.story(id).getLast());
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "x"})
    void an_invalid_traceparent_is_omitted(String traceparent) {
        var id = traceparent.isEmpty()
                ? attachFixture.attach().operationId()
                : attachFixture.attach("traceparent", traceparent).operationId();
        attachFixture.awaitStatus(id, "success");
        try (var stream = replay(id, "?envelope=cloudevents", "text/event-stream")) {
            assertThat(stream.toEnd()).allMatch(block -> !block.json().has("traceparent"));
        }
    }

    @Test
    void an_unknown_envelope_is_rejected_with_400() {
        var id = attachFixture.attach().operationId();
        var path = GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), id) + "?envelope=avro";
        var response = attachFixture
                .gateway()
                .get(path, attachFixture.gateway().withToken(AttachFixture.CALLER, "Accept", "text/event-stream"));
        assertThat(response.status() + " " + response.code()).isEqualTo("400 Gateway.InvalidRequest");
    }
}
