package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that an attach is sent once, ends in success, and leaves gapless events and an audit entry. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class AttachLifecycleTest {
    @Inject
    Pool pool;

    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    @Test
    void an_attach_is_sent_once_and_ends_in_success() {
        var accepted = attachFixture.attach();
        assertThat(accepted.status()).isEqualTo(200);
        assertThat(accepted.text("operation_type")).isEqualTo("node_attach_volume");
        assertThat(accepted.text("operation_status")).isEqualTo("pending");

        var ended = attachFixture.awaitStatus(accepted.operationId(), "success");
        assertThat(ended.path("step").asText()).isEqualTo("succeeded");
        assertThat(ended.path("unsettled").asBoolean()).isFalse();
        assertThat(ended.path("attempts").asInt()).isEqualTo(1);
        assertThat(ended.path("caller").asText()).isEqualTo("sandbox:attacher");
        assertThat(ended.path("server_id").asText()).isEqualTo(attachFixture.server());
        assertThat(ended.path("volume_id").asText()).isEqualTo(attachFixture.disk());
        assertThat(ended.has("operation_error")).isFalse();
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void events_are_in_order_and_have_the_request_id() {
        var accepted = attachFixture.attach();
        var requestId = accepted.header("X-Request-Id");
        attachFixture.awaitStatus(accepted.operationId(), "success");

        var events = attachFixture.story(accepted.operationId());
        assertThat(events.stream().map(Block::operationStatus).distinct())
                .containsExactly("pending", "running", "success");
        assertThat(events.getFirst().json().path("step").asText()).isEqualTo("checking");
        assertThat(events.stream()
                        .map(event -> event.json().path("step").asText())
                        .distinct())
                .containsExactly("checking", "sending", "following", "confirming", "succeeded");
        assertThat(events).allSatisfy(event -> {
            assertThat(event.json().path("request_id").asText()).isEqualTo(requestId);
            assertThat(event.json().path("operation_id").asText()).isEqualTo(accepted.operationId());
        });
        assertThat(attachFixture
                        .operation(accepted.operationId())
                        .path("request_id")
                        .asText())
                .isEqualTo(requestId);
        assertThat(events.getLast().json()).isEqualTo(attachFixture.operation(accepted.operationId()));
    }

    @Test
    void event_positions_have_no_gap() {
        for (int i = 0; i < 3; i++) {
            attachFixture.awaitStatus(
                    attachFixture
                            .with(attachFixture.server(), attachFixture.cloud().newVolume())
                            .attach()
                            .operationId(),
                    "success");
        }
        var row = pool.preparedQuery("select count(*) as events, min(position) as first, max(position) as last,"
                        + " (select position from event_position p where p.project_id = $1) as head"
                        + " from event where project_id = $1")
                .execute(Tuple.of(GatewayClient.P1))
                .await()
                .indefinitely()
                .iterator()
                .next();
        assertThat(row.getLong("first")).isEqualTo(1);
        assertThat(row.getLong("last")).isEqualTo(row.getLong("events")).isEqualTo(row.getLong("head"));
    }

    @Test
    void an_allowed_attach_is_audited_with_its_operation() {
        var accepted = attachFixture.attach();
        var rows = pool.preparedQuery("select * from audit where operation_id = $1")
                .execute(Tuple.of(accepted.operationId()))
                .await()
                .indefinitely();
        assertThat(rows.rowCount()).isEqualTo(1);
        var entry = rows.iterator().next();
        assertThat(entry.getString("verdict")).isEqualTo("allowed");
        assertThat(entry.getString("action")).isEqualToIgnoringCase("attach");
        assertThat(entry.getString("subject")).isEqualTo("attacher");
        assertThat(entry.getString("request_id")).isEqualTo(accepted.header("X-Request-Id"));
        assertThat(entry.getString("volume_id")).isEqualTo(attachFixture.disk());
        assertThat(entry.getString("server_id")).isEqualTo(attachFixture.server());
    }

    @Test
    void ids_in_upper_case_are_sent_in_lower_case() {
        var accepted = attachFixture
                .gateway()
                .attach(
                        AttachFixture.CALLER,
                        GatewayClient.P1,
                        attachFixture.server().toUpperCase(java.util.Locale.ROOT),
                        attachFixture.disk().toUpperCase(java.util.Locale.ROOT));
        assertThat(accepted.status()).isEqualTo(200);
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture
                        .awaitStatus(accepted.operationId(), "success")
                        .path("volume_id")
                        .asText())
                .isEqualTo(attachFixture.disk());
        assertThat(UUID.fromString(accepted.operationId()).version()).isEqualTo(4);
    }
}
