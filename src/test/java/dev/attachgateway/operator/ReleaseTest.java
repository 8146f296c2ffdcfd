package dev.attachgateway.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Answer;
import dev.attachgateway.testkit.Gateway;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.PracticeCloud.Fault;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Scene;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An operator frees a disk by hand, but never while its request may still be on its way. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class ReleaseTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    private Scene scene;
    private Operator operator;

    @BeforeEach
    void set() {
        scene = Scene.set();
        operator = Operator.of(scene);
    }

    @AfterEach
    void resume() {
        operator.resume(Gateway.P1);
    }

    private Row row(String query, Object value) {
        return pool.preparedQuery(query)
                .execute(Tuple.of(value))
                .await()
                .atMost(LIMIT)
                .iterator()
                .next();
    }

    private Answer releaseInTime(String id) {
        return Awaitility.await()
                .atMost(LIMIT)
                .until(() -> operator.release(scene, id, "a test"), answer -> answer.status() == 200);
    }

    /** The cloud has taken the request and says nothing more. */
    private String stuck() {
        scene.cloud().behaviour(Map.of("stuck", true));
        var id = scene.attach().operationId();
        scene.awaitStatus(id, "running");
        return id;
    }

    @Test
    void a_release_waits_until_the_request_and_its_answer_cannot_be_on_their_way() {
        scene.cloud().faults(Fault.kind("attach", "hang").disk(scene.disk()).times(1));
        var id = scene.attach("Prefer", "respond-async").operationId();
        Awaitility.await().atMost(LIMIT).until(() -> scene.sends() == 1);

        var early = operator.release(scene, id, "too early");
        assertThat(early.status()).isEqualTo(409);
        assertThat(early.code()).isEqualTo("Gateway.StillSending");
        // In these tests: 2 s to send, 1 s to connect, 2 s for the answer, 1 s besides.
        assertThat(Integer.parseInt(early.header("Retry-After"))).isBetween(1, 6);
        assertThat(early.operationId()).isEqualTo(id);

        releaseInTime(id);
        var past = row(
                "select ended_at >= send_before + interval '4 s' as past from operation where operation_id = $1",
                UUID.fromString(id));
        assertThat(past.getBoolean("past")).isTrue();
    }

    @Test
    void a_released_operation_says_why_and_its_disk_is_free_and_goes_on_being_watched() {
        var id = stuck();
        assertThat(scene.attachAs("team-1").code()).isEqualTo("Gateway.DiskReserved");
        var released = releaseInTime(id);
        assertThat(released.text("operation_status")).isEqualTo("failed");
        assertThat(released.json().at("/operation_error/code").asText()).isEqualTo("Gateway.Released");
        assertThat(released.json().at("/operation_error/message").asText()).isEqualTo("Released: a test");
        assertThat(scene.story(id).getLast().json()).isEqualTo(released.json());
        var row = row(
                "select reconcile_at <= now() as due, lease_owner, lease_until = '-infinity' as free from operation"
                        + " where operation_id = $1",
                UUID.fromString(id));
        assertThat(row.getBoolean("due")).isTrue();
        assertThat(row.getUUID("lease_owner")).isNull();
        assertThat(row.getBoolean("free")).isTrue();
        var line = row("select * from audit where operation_id = $1 order by id desc limit 1", id);
        assertThat(line.getString("action")).isEqualTo("operate");
        assertThat(line.getString("verdict")).isEqualTo("allowed");
        assertThat(line.getString("subject")).isEqualTo("operator");
        assertThat(line.getString("reason")).isEqualTo("Released: a test");

        assertThat(operator.release(scene, id, "once more").json()).isEqualTo(released.json());
        scene.cloud().behaviour(Map.of("stuck", false));
        assertThat(scene.attachAs("team-1").operationId()).isNotEqualTo(id);
    }

    @Test
    void whatever_is_unfinished_can_be_released() {
        operator.pause(Gateway.P1, "a test");
        var queued = scene.attach("Prefer", "respond-async").operationId();
        scene.awaitOperation(queued, it -> it.path("step").asText().equals("queued"));
        assertThat(operator.release(scene, queued, "not sent, so at once").status())
                .isEqualTo(200);
        operator.resume(Gateway.P1);

        scene.cloud().faults(Fault.delay("server", Duration.ofMillis(800)).server(scene.server()));
        var checking = scene.attach("Prefer", "respond-async").operationId();
        assertThat(operator.release(scene, checking, "not sent, so at once").status())
                .isEqualTo(200);
        scene.cloud().faults(Fault.kind("attach", "drop").disk(scene.disk()).times(1));
        var unsettled = scene.attach("Prefer", "respond-async").operationId();
        scene.awaitUnsettled(unsettled);
        assertThat(scene.sends()).isEqualTo(1);
        operator.pause(Gateway.P1, "so that it is not sent again meanwhile");
        assertThat(releaseInTime(unsettled).text("step")).isEqualTo("failed");
        assertThat(scene.effects()).isZero();
    }

    @Test
    void what_has_ended_is_not_released() {
        var id = scene.attach().operationId();
        var ended = scene.awaitStatus(id, "success");
        var answer = operator.release(scene, id, "a test");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.code()).isEqualTo("Gateway.AlreadyEnded");
        assertThat(scene.operation(id)).isEqualTo(ended);
        assertThat(row("select reason from audit where operation_id = $1 order by id desc limit 1", id)
                        .getString("reason"))
                .startsWith("Not released: ");
    }

    @Test
    void only_operators_release_and_settle_and_only_what_is_there() {
        var id = stuck();
        for (var other : new String[] {"attacher", "viewer", "stranger"}) {
            assertThat(operator.as(other).release(scene, id, "a test").status()).isEqualTo(403);
            assertThat(operator.as(other).settle(Gateway.P1, scene.server(), id).status())
                    .isEqualTo(403);
        }
        for (var path : new String[][] {
            {Gateway.P2, scene.server(), id},
            {Gateway.P1, scene.cloud().newServer(), id},
            {Gateway.P1, scene.server(), UUID.randomUUID().toString()}
        }) {
            assertThat(operator.release(path[0], path[1], path[2], Operator.reason("a test"))
                            .code())
                    .isEqualTo("Gateway.OperationNotFound");
            assertThat(operator.settle(path[0], path[1], path[2]).status()).isEqualTo(404);
        }
        assertThat(operator.settle(Gateway.P1, scene.server(), id).code()).isEqualTo("Gateway.NotUnsettled");
        assertThat(scene.operation(id).path("operation_status").asText()).isEqualTo("running");
        releaseInTime(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"reason\":null}",
                "{\"reason\":\"\"}",
                "{\"reason\":\"   \"}",
                "{\"reason\":7}",
                "{\"reason\":\"a\\u0000b\"}",
                "{\"reason\":\"a\\ud800b\"}",
                "{\"reason\":\"a\",\"force\":\"yes\"}",
                "LONG"
            })
    void a_reason_is_a_sentence(String body) {
        var sent = body.equals("LONG") ? Operator.reason("x".repeat(501)) : body;
        var answer =
                operator.release(Gateway.P1, scene.server(), UUID.randomUUID().toString(), sent);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(operator.send("PUT", "/operator/pauses/" + Gateway.P1, sent).status())
                .isEqualTo(400);
    }

    @Test
    void a_reason_of_the_greatest_length_is_kept_whole() {
        operator.pause(Gateway.P1, "a test");
        var id = scene.attach("Prefer", "respond-async").operationId();
        var reason = "x".repeat(499) + "y";
        var released = operator.release(scene, id, reason);
        assertThat(released.json().at("/operation_error/message").asText()).isEqualTo("Released: " + reason);
        assertThat(row("select reason from audit where operation_id = $1 order by id desc limit 1", id)
                        .getString("reason"))
                .isEqualTo("Released: " + reason);
    }
}
