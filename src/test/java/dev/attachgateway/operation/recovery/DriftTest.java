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

/** Somebody changes the cloud past the gateway, which notices and tells, and leaves it at that. */
@QuarkusTest
@TestProfile(ReconciliationProfile.class)
@WithTestResource(PostgresForTests.class)
class DriftTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    MeterRegistry metrics;

    private final CloudConsole user = CloudConsole.underTest();
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
        // What earlier tests left behind is looked at no more: looks are counted here.
        pool.query("update operation set reconcile_at = null").execute().await().atMost(LIMIT);
    }

    private String attached() {
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        return id;
    }

    private String detached() {
        var path = "/v1/" + GatewayClient.P1 + "/dev-servers/" + attachFixture.server() + "/detachvolume/"
                + attachFixture.disk();
        var id = attachFixture
                .gateway()
                .send("DELETE", path, "", attachFixture.gateway().withToken(AttachFixture.CALLER))
                .operationId();
        attachFixture.awaitStatus(id, "success");
        return id;
    }

    private void awaitDrift(String id, String words) {
        attachFixture.awaitOperation(
                id, operation -> operation.path("drift").asText().contains(words));
    }

    private void awaitNoDrift(String id) {
        attachFixture.awaitOperation(id, operation -> !operation.has("drift"));
    }

    private double looks(String finding) {
        return metrics.get("attach.gateway.reconcile.looks")
                .tag("finding", finding)
                .counter()
                .count();
    }

    private void awaitLooks(String finding, int more) {
        awaitLooks(finding, looks(finding), more);
    }

    private void awaitLooks(String finding, double before, int more) {
        Awaitility.await(finding).atMost(LIMIT).until(() -> looks(finding) >= before + more);
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

    private long observations(String id) {
        return count("audit where operation_id = $1 and verdict = 'observed' and reason is not null", id);
    }

    private double drifting() {
        return metrics.get("attach.gateway.operations.drift").gauge().value();
    }

    @Test
    void a_disk_that_left_behind_the_gateways_back_is_drift_which_is_said_once_and_never_repaired() {
        var id = attached();
        var events = events(id);
        awaitLooks("as_believed", 1);
        user.detach(attachFixture.server(), attachFixture.disk());
        awaitDrift(id, "no longer on the server");
        awaitLooks("contradicted", 3);
        assertThat(events(id)).isEqualTo(events + 1);
        assertThat(observations(id)).isEqualTo(1);
        assertThat(attachFixture.operation(id).path("operation_status").asText())
                .isEqualTo("success");
        assertThat(attachFixture.sends()).isEqualTo(1);
        Awaitility.await().atMost(LIMIT).until(() -> drifting() == 1);
        try (var stream = attachFixture.follow(id)) {
            assertThat(stream.toEnd())
                    .anySatisfy(event ->
                            assertThat(event.json().path("drift").asText()).contains("no longer on the server"));
        }

        user.attach(attachFixture.server(), attachFixture.disk());
        awaitNoDrift(id);
        awaitLooks("as_believed", 3);
        assertThat(events(id)).isEqualTo(events + 2);
        assertThat(observations(id)).isEqualTo(2);
        Awaitility.await().atMost(LIMIT).until(() -> drifting() == 0);
    }

    @Test
    void a_detached_disk_that_is_back_is_drift() {
        attached();
        var id = detached();
        user.attach(attachFixture.server(), attachFixture.disk());
        awaitDrift(id, "on the server again");
    }

    @Test
    void an_attach_that_failed_in_doubt_and_whose_disk_is_there_after_all_is_drift() {
        attachFixture.cloud().faults(Fault.kind("attach", "drop").disk(attachFixture.disk()));
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "failed");
        attachFixture.cloud().faults();
        user.attach(attachFixture.server(), attachFixture.disk());
        awaitDrift(id, "although the attach has failed");
    }

    @Test
    void a_plain_refusal_is_not_looked_at_again() {
        attachFixture
                .cloud()
                .faults(Fault.status("attach", 400, "ModelArts.7000", "No.").disk(attachFixture.disk()));
        var id = attachFixture.attach("Prefer", "wait=10").operationId();
        attachFixture.awaitStatus(id, "failed");
        assertThat(count("operation where operation_id::text = $1 and reconcile_at is null", id))
                .isEqualTo(1);
    }

    @Test
    void what_an_operation_of_ours_has_done_since_is_no_drift() {
        var attach = attached();
        // Explained once, and then looked at no more: it may be over before the next line.
        var before = looks("explained");
        var detach = detached();
        awaitLooks("explained", before, 1);
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> count("operation where operation_id::text = $1 and reconcile_at is null", attach) == 1);
        awaitLooks("as_believed", 1);
        assertThat(attachFixture.operation(attach).has("drift")).isFalse();
        assertThat(attachFixture.operation(detach).has("drift")).isFalse();
        assertThat(observations(attach)).isZero();
    }

    @Test
    void a_drift_that_a_later_operation_explains_is_over() {
        var id = attached();
        user.detach(attachFixture.server(), attachFixture.disk());
        awaitDrift(id, "no longer on the server");
        attachFixture.awaitDisk("available");
        attached();
        awaitNoDrift(id);
        assertThat(observations(id)).isEqualTo(2);
    }

    @Test
    void a_cloud_that_cannot_be_read_contradicts_nothing() {
        var id = attached();
        attachFixture.cloud().faults(Fault.status("server", 500).server(attachFixture.server()));
        user.detach(attachFixture.server(), attachFixture.disk());
        awaitLooks("unclear", 3);
        assertThat(attachFixture.operation(id).has("drift")).isFalse();
        assertThat(observations(id)).isZero();
        attachFixture.cloud().faults();
        awaitDrift(id, "no longer on the server");
    }

    @Test
    void while_the_outcome_is_unknown_another_servers_hold_on_the_disk_is_drift() {
        attachFixture
                .cloud()
                .faults(Fault.kind("attach", "drop").disk(attachFixture.disk()).times(1));
        var id = attachFixture.attach("Prefer", "respond-async").operationId();
        attachFixture.awaitUnsettled(id);
        var other = attachFixture.cloud().newServer();
        user.attach(other, attachFixture.disk());
        awaitDrift(id, "Another server has the disk");
        assertThat(attachFixture.operation(id).path("unsettled").asBoolean()).isTrue();
        assertThat(observations(id)).isEqualTo(1);
        user.detach(other, attachFixture.disk());
        awaitNoDrift(id);
        assertThat(observations(id)).isEqualTo(2);
    }

    @Test
    void a_drift_is_not_said_when_the_disk_was_touched_since_the_look_began() {
        var id = attached();
        var read = operation(id);
        detached();
        driftRecorder
                .recordForEnded(read, "What was seen is a later operation's doing.")
                .await()
                .atMost(LIMIT);
        assertThat(observations(id)).isZero();
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
