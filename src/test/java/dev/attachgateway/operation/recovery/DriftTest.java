package dev.attachgateway.operation.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.store.OperationQueries;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.CloudConsole;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.ReconciliationProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that a change in the cloud that bypasses the gateway is detected and reported once, and never repaired. */
@QuarkusTest
@TestProfile(ReconciliationProfile.class)
@WithTestResource(PostgresForTests.class)
class DriftTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    MeterRegistry metrics;

    private final CloudConsole console = CloudConsole.underTest();
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
        // Operations of earlier tests are no longer reconciled, because this class counts the reads.
        pool.query("update operation set reconcile_at = null").execute().await().atMost(LIMIT);
    }

    private String attachDisk() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        return id;
    }

    private String detachDisk() {
        var path = "/v1/" + GatewayClient.P1 + "/dev-servers/" + attachFixture.server() + "/detachvolume/"
                + attachFixture.disk();
        var id = attachFixture
                .gateway()
                .send("DELETE", path, "", attachFixture.gateway().withToken(AttachFixture.CALLER))
                .operationId();
        attachFixture.awaitStatus(id, "success");
        return id;
    }

    private void awaitDrift(String id, String text) {
        attachFixture.awaitOperation(
                id, operation -> operation.path("drift").asText().contains(text));
    }

    private void awaitNoDrift(String id) {
        attachFixture.awaitOperation(id, operation -> !operation.has("drift"));
    }

    private double comparisons(String finding) {
        return metrics.get("attach.gateway.reconcile.looks")
                .tag("finding", finding)
                .counter()
                .count();
    }

    private void awaitComparisons(String finding, int more) {
        awaitComparisons(finding, comparisons(finding), more);
    }

    private void awaitComparisons(String finding, double before, int more) {
        Awaitility.await(finding).atMost(LIMIT).until(() -> comparisons(finding) >= before + more);
    }

    private long count(String sql, String id) {
        return pool.preparedQuery("select count(*) as rows from " + sql)
                .execute(Tuple.of(id))
                .await()
                .atMost(LIMIT)
                .iterator()
                .next()
                .getLong("rows");
    }

    private long events(String id) {
        return count("event where operation_id::text = $1", id);
    }

    private long auditEntries(String id) {
        return count("audit where operation_id = $1 and verdict = 'observed' and reason is not null", id);
    }

    private double driftGauge() {
        return metrics.get("attach.gateway.operations.drift").gauge().value();
    }

    @Test
    void a_disk_detached_past_the_gateway_is_drift_reported_once_and_never_repaired() {
        var id = attachDisk();
        var events = events(id);
        awaitComparisons("as_believed", 1);
        console.detach(attachFixture.server(), attachFixture.disk());
        awaitDrift(id, "no longer on the server");
        awaitComparisons("contradicted", 3);
        assertThat(events(id)).isEqualTo(events + 1);
        assertThat(auditEntries(id)).isEqualTo(1);
        assertThat(count("operation where operation_id::text = $1 and drift_since = updated_at", id))
                .isEqualTo(1);
        assertThat(attachFixture.operation(id).path("operation_status").asText())
                .isEqualTo("success");
        assertThat(attachFixture.sends()).isEqualTo(1);
        Awaitility.await().atMost(LIMIT).until(() -> driftGauge() == 1);
        try (var stream = attachFixture.follow(id)) {
            assertThat(stream.toEnd())
                    .anySatisfy(event ->
                            assertThat(event.json().path("drift").asText()).contains("no longer on the server"));
        }

        console.attach(attachFixture.server(), attachFixture.disk());
        awaitNoDrift(id);
        awaitComparisons("as_believed", 3);
        assertThat(events(id)).isEqualTo(events + 2);
        assertThat(auditEntries(id)).isEqualTo(2);
        assertThat(count("operation where operation_id::text = $1 and drift_since is null", id))
                .isEqualTo(1);
        Awaitility.await().atMost(LIMIT).until(() -> driftGauge() == 0);
    }

    @Test
    void a_disk_attached_again_after_a_detach_is_drift() {
        attachDisk();
        var id = detachDisk();
        console.attach(attachFixture.server(), attachFixture.disk());
        awaitDrift(id, "on the server again");
    }

    @Test
    void an_attached_disk_after_a_failure_with_unknown_outcome_is_drift() {
        attachFixture.cloud().faults(Fault.kind("attach", "drop").disk(attachFixture.disk()));
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "failed");
        attachFixture.cloud().faults();
        console.attach(attachFixture.server(), attachFixture.disk());
        awaitDrift(id, "although the attach has failed");
    }

    @Test
    void a_refusal_by_the_cloud_is_not_reconciled() {
        attachFixture
                .cloud()
                .faults(Fault.status("attach", 400, "ModelArts.7000", "No.").disk(attachFixture.disk()));
        var id = attachFixture.attach("Prefer", "wait=10").operationId();
        attachFixture.awaitStatus(id, "failed");
        assertThat(count("operation where operation_id::text = $1 and reconcile_at is null", id))
                .isEqualTo(1);
    }

    @Test
    void the_effect_of_a_later_operation_is_no_drift() {
        var attach = attachDisk();
        // The finding is counted once and ends the reconciliation, possibly before the next line.
        var before = comparisons("explained");
        var detach = detachDisk();
        awaitComparisons("explained", before, 1);
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> count("operation where operation_id::text = $1 and reconcile_at is null", attach) == 1);
        awaitComparisons("as_believed", 1);
        assertThat(attachFixture.operation(attach).has("drift")).isFalse();
        assertThat(attachFixture.operation(detach).has("drift")).isFalse();
        assertThat(auditEntries(attach)).isZero();
    }

    @Test
    void a_later_operation_that_explains_a_drift_ends_it() {
        var id = attachDisk();
        console.detach(attachFixture.server(), attachFixture.disk());
        awaitDrift(id, "no longer on the server");
        attachFixture.awaitDisk("available");
        attachDisk();
        awaitNoDrift(id);
        assertThat(auditEntries(id)).isEqualTo(2);
    }

    @Test
    void an_unreadable_cloud_is_no_drift() {
        var id = attachDisk();
        attachFixture.cloud().faults(Fault.status("server", 500).server(attachFixture.server()));
        console.detach(attachFixture.server(), attachFixture.disk());
        awaitComparisons("unclear", 3);
        assertThat(attachFixture.operation(id).has("drift")).isFalse();
        assertThat(auditEntries(id)).isZero();
        attachFixture.cloud().faults();
        awaitDrift(id, "no longer on the server");
    }

    @Test
    void an_attachment_to_another_server_during_an_unknown_outcome_is_drift() {
        attachFixture
                .cloud()
                .faults(Fault.kind("attach", "drop").disk(attachFixture.disk()).times(1));
        var id = attachFixture.attach("Prefer", "respond-async").operationId();
        attachFixture.awaitUnsettled(id);
        var other = attachFixture.cloud().newServer();
        console.attach(other, attachFixture.disk());
        awaitDrift(id, "Another server has the disk");
        assertThat(attachFixture.operation(id).path("unsettled").asBoolean()).isTrue();
        assertThat(auditEntries(id)).isEqualTo(1);
        assertThat(count("operation where operation_id::text = $1 and drift_since is not null", id))
                .isEqualTo(1);
        console.detach(other, attachFixture.disk());
        awaitNoDrift(id);
        assertThat(auditEntries(id)).isEqualTo(2);
    }

    @Test
    void a_drift_is_not_recorded_if_the_disk_was_used_since_the_read_began() {
        var id = attachDisk();
        var read = operation(id);
        detachDisk();
        driftRecorder
                .recordForEnded(read, "A later operation caused the observed state.")
                .await()
                .atMost(LIMIT);
        assertThat(auditEntries(id)).isZero();
    }

    @Inject
    DriftRecorder driftRecorder;

    @Inject
    OperationQueries operationQueries;

    private Operation operation(String id) {
        return operationQueries
                .find(GatewayClient.P1, UUID.fromString(id))
                .await()
                .atMost(LIMIT)
                .orElseThrow();
    }
}
