package dev.attachgateway.operation.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.operation.model.FailureKinds;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.ReconciliationProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that the counters and gauges of operations follow what operations did. */
@QuarkusTest
@TestProfile(ReconciliationProfile.class)
@WithTestResource(PostgresForTests.class)
class OperationMetricsTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    MeterRegistry metrics;

    @Inject
    Pool pool;

    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
    }

    private double count(String name, String... tags) {
        return metrics.get("attach.gateway." + name).tags(tags).counter().count();
    }

    private void injectFaultOnce(Fault fault) {
        attachFixture.cloud().faults(fault.disk(attachFixture.disk()).times(1));
    }

    @Test
    void an_adopted_request_counts_as_one_send_one_unknown_outcome_and_one_success() {
        var sends = count("sends", "type", "attach");
        var unknown = count("outcomes.unknown", "after", "sending");
        var adopted = count("operations.settled", "outcome", "adopted");
        var ended = count("operations.ended", "status", "success");
        injectFaultOnce(Fault.kind("attach", "drop").after());
        attachFixture.awaitStatus(attachFixture.attach().operationId(), "success");
        assertThat(count("sends", "type", "attach")).isEqualTo(sends + 1);
        assertThat(count("outcomes.unknown", "after", "sending")).isEqualTo(unknown + 1);
        assertThat(count("operations.settled", "outcome", "adopted")).isEqualTo(adopted + 1);
        assertThat(count("operations.ended", "status", "success")).isEqualTo(ended + 1);
    }

    @Test
    void a_retried_request_counts_as_two_sends() {
        var sends = count("sends", "type", "attach");
        var retried = count("operations.settled", "outcome", "sent_again");
        injectFaultOnce(Fault.kind("attach", "drop"));
        attachFixture.awaitStatus(attachFixture.attach().operationId(), "success");
        assertThat(count("sends", "type", "attach")).isEqualTo(sends + 2);
        assertThat(count("operations.settled", "outcome", "sent_again")).isEqualTo(retried + 1);
    }

    @Test
    void a_failure_is_counted_by_its_kind_and_not_by_the_clouds_code() {
        var rolledBack = count("operations.ended", "failure", "undone");
        var settled = count("operations.settled", "outcome", "failed");
        attachFixture.cloud().behaviour(Map.of("fail_code", "ModelArts.9001", "attach_ms", 1500));
        injectFaultOnce(Fault.kind("attach", "drop").after());
        attachFixture.awaitStatus(attachFixture.attach().operationId(), "failed");
        assertThat(count("operations.ended", "failure", "undone")).isEqualTo(rolledBack + 1);
        assertThat(count("operations.settled", "outcome", "failed")).isEqualTo(settled + 1);
        assertThat(metrics.find("attach.gateway.operations.ended").counters())
                .hasSize(1 + FailureKinds.types().size());
    }

    private void loseLease(String id, String until) {
        pool.query("update operation set lease_owner = gen_random_uuid(), lease_until = " + until
                        + ", next_step_at = now() where operation_id = '" + id + "'")
                .execute()
                .await()
                .atMost(LIMIT);
    }

    @Test
    void takeovers_after_expiry_and_after_handover_are_counted_separately() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "running");
        var expired = count("lease.takeovers", "after", "expired");
        var handedOver = count("lease.takeovers", "after", "handed_over");
        loseLease(id, "now() - interval '1 second'");
        Awaitility.await().atMost(LIMIT).until(() -> count("lease.takeovers", "after", "expired") == expired + 1);
        loseLease(id, "'-infinity'");
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> count("lease.takeovers", "after", "handed_over") == handedOver + 1);
        assertThat(count("lease.takeovers", "after", "expired")).isEqualTo(expired + 1);
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(id, "success");
    }

    @Test
    void the_age_of_the_oldest_unfinished_operation_is_reported_until_it_ends() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var id = attachFixture.attach().operationId();
        Awaitility.await().atMost(LIMIT).until(() -> oldestAgeSeconds() > 0.5);
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(id, "success");
        Awaitility.await().atMost(LIMIT).until(() -> oldestAgeSeconds() == 0);
    }

    private double oldestAgeSeconds() {
        return metrics.get("attach.gateway.operations.oldest").gauge().value();
    }
}
