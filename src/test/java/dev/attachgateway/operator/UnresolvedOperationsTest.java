package dev.attachgateway.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that operators can list operations that need attention and restart the settling of unsettled ones. */
@QuarkusTest
@TestProfile(SlowPollingProfile.class)
@WithTestResource(PostgresForTests.class)
class UnresolvedOperationsTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    private AttachFixture attachFixture;
    private OperatorClient operator;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
        operator = OperatorClient.of(attachFixture);
    }

    private void run(String sql) {
        pool.query(sql).execute().await().atMost(LIMIT);
    }

    private Optional<JsonNode> found(String query, String id) {
        var answer = operator.get("operations?" + query);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return StreamSupport.stream(answer.json().path("operations").spliterator(), false)
                .filter(listed -> listed.at("/operation/operation_id").asText().equals(id))
                .findFirst();
    }

    private String attachUnsettled(Fault fault) {
        attachFixture.cloud().faults(fault.disk(attachFixture.disk()).times(1));
        var id = attachFixture.attach("Prefer", "respond-async").operationId();
        attachFixture.awaitUnsettled(id);
        return id;
    }

    private int quietReads(String id) {
        return pool.query("select quiet_reads from operation where operation_id = '" + id + "'")
                .execute()
                .await()
                .atMost(LIMIT)
                .iterator()
                .next()
                .getInteger("quiet_reads");
    }

    @Test
    void an_unsettled_operation_is_listed_with_its_duration() {
        var id = attachUnsettled(Fault.kind("attach", "drop"));
        assertThat(found("state=unsettled&project_id=" + GatewayClient.P2, id)).isEmpty();
        assertThat(found("state=stuck", id)).isEmpty();
        var updatedAt = attachFixture.operation(id).path("updated_at").asText();
        var listed = found("state=unsettled", id).orElseThrow();
        assertThat(listed.path("project_id").asText()).isEqualTo(GatewayClient.P1);
        assertThat(listed.path("since").asText().substring(0, 19)).isEqualTo(updatedAt.substring(0, 19));
        run("update operation set step_since = step_since - interval '1 h' where operation_id = '" + id + "'");
        assertThat(found("state=unsettled&project_id=" + GatewayClient.P1.toUpperCase(java.util.Locale.ROOT), id)
                        .orElseThrow()
                        .path("for_seconds")
                        .asInt())
                .isBetween(3_600, 3_700);
    }

    @Test
    void an_operation_above_the_limit_of_its_step_is_listed_as_stuck() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "running");
        assertThat(found("state=stuck", id)).isEmpty();
        run("update operation set step_since = now() - interval '2 h' where operation_id = '" + id + "'");
        assertThat(found("state=stuck", id).orElseThrow().path("for_seconds").asInt())
                .isBetween(7_200, 7_300);
    }

    @Test
    void an_operation_the_cloud_contradicts_is_listed_as_drift() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        run(
                "update operation set drift = 'The disk is gone.', drift_since = now() - interval '3 h', reconcile_at = null"
                        + " where operation_id = '" + id + "'");
        var listed = found("state=drift", id).orElseThrow();
        assertThat(listed.at("/operation/drift").asText()).isEqualTo("The disk is gone.");
        assertThat(listed.path("for_seconds").asInt()).isBetween(10_800, 10_900);
    }

    @Test
    void the_list_is_bounded_and_reports_that_there_is_more() {
        run(
                "insert into operation (operation_id, project_id, server_id, volume_id, type, caller_issuer, caller_subject,"
                        + " request_id, step, status, answer_by, deadline, next_step_at, ended_at, drift, created_at)"
                        + " select gen_random_uuid(), '" + GatewayClient.P2 + "', gen_random_uuid(), gen_random_uuid(),"
                        + " 'node_attach_volume', 'sandbox', 'attacher', repeat('a', 32), 'succeeded', 'success', now(), now(),"
                        + " 'infinity', now(), 'gone', now() - i * interval '1 s' from generate_series(1, 101) i");
        var answer = operator.get("operations?state=drift&project_id=" + GatewayClient.P2)
                .json();
        assertThat(answer.path("operations")).hasSize(100);
        assertThat(answer.path("more").asBoolean()).isTrue();
        assertThat(answer.path("operations").findValuesAsText("created_at"))
                .isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?state=", "?state=failed", "?state=UNSETTLED", "?state=stuck&limit=3"})
    void invalid_queries_are_rejected_with_400(String query) {
        assertThat(operator.get("operations" + query).code()).isEqualTo("Gateway.InvalidRequest");
    }

    @Test
    void restarted_settling_reads_at_once() {
        attachFixture.cloud().behaviour(Map.of("attach_ms", 1500));
        var id = attachUnsettled(Fault.kind("attach", "drop").after());
        attachFixture.awaitDisk("in-use");
        assertThat(attachFixture.operation(id).path("unsettled").asBoolean()).isTrue();
        var answer = operator.settle(GatewayClient.P1, attachFixture.server(), id);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.text("step")).isEqualTo("unsettled");
        attachFixture.awaitStatus(id, "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void restarted_settling_discards_earlier_reads() {
        var id = attachUnsettled(Fault.kind("attach", "drop"));
        // One more read without an effect would settle that nothing happened, and the request would be resent.
        run("update operation set quiet_reads = 2, quiet_since = now() - interval '1 h',"
                + " window_ends = now() - interval '1 h', version = version + 1 where operation_id = '" + id + "'");
        operator.settle(GatewayClient.P1, attachFixture.server(), id);
        Awaitility.await().atMost(LIMIT).until(() -> quietReads(id) == 1);
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(operator.settle(
                                GatewayClient.P1,
                                attachFixture.server(),
                                UUID.randomUUID().toString())
                        .status())
                .isEqualTo(404);
    }
}
