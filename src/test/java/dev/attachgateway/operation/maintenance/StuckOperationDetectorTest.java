package dev.attachgateway.operation.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.operation.maintenance.UnresolvedOperationQuery.UnresolvedState;
import dev.attachgateway.testkit.AttachFixture;
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
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves that stuck operations are listed, counted and logged once, and continue nevertheless. */
@QuarkusTest
@TestProfile(ReconciliationProfile.class)
@WithTestResource(PostgresForTests.class)
class StuckOperationDetectorTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    /** A project of which the stuck operations are only rows. */
    private static final String CROWDED = "crowded";

    @Inject
    StuckOperationDetector detector;

    @Inject
    UnresolvedOperationQuery unresolvedQuery;

    @Inject
    Pool pool;

    @Inject
    MeterRegistry metrics;

    private final Logger logger = Logger.getLogger(StuckOperationDetector.class.getName());
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            logged.add(String.format(record.getMessage(), record.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void captureLog() {
        logger.addHandler(handler);
    }

    @AfterEach
    void releaseLog() {
        logger.removeHandler(handler);
        AttachFixture.set();
        pool.preparedQuery("delete from operation where project_id = $1")
                .execute(Tuple.of(CROWDED))
                .await()
                .atMost(LIMIT);
    }

    private static AttachFixture stuckFixture() {
        var attachFixture = AttachFixture.set();
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        return attachFixture;
    }

    private List<String> listed(@Nullable String project) {
        return detector.list(project, 100).await().atMost(LIMIT).stream()
                .map(stuckOperation -> stuckOperation.operation().id().toString())
                .toList();
    }

    private long warnings(String id) {
        return logged.stream()
                .filter(message -> message.contains("operation=" + id))
                .count();
    }

    private double gauge(String step) {
        var found = metrics.find("attach.gateway.operations.stuck")
                .tag("step", step)
                .gauge();
        return found == null ? -1 : found.value();
    }

    @Test
    void a_stuck_operation_is_listed_counted_and_logged_once() {
        var attachFixture = stuckFixture();
        var first = attachFixture.attach().operationId();
        Awaitility.await().atMost(LIMIT).until(() -> listed(GatewayClient.P1).contains(first));
        Awaitility.await().atMost(LIMIT).until(() -> gauge("following") >= 1);
        assertThat(listed(null)).contains(first);
        assertThat(listed(GatewayClient.P2)).isEmpty();

        var second = AttachFixture.set()
                .with(attachFixture.cloud().newServer(), attachFixture.cloud().newVolume());
        second.cloud().behaviour(Map.of("stuck", true));
        var other = second.attach().operationId();
        Awaitility.await().atMost(LIMIT).until(() -> warnings(other) == 1);
        assertThat(warnings(first)).isEqualTo(1);

        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(first, "success");
        second.awaitStatus(other, "success");
        assertThat(listed(null)).isEmpty();
        Awaitility.await().atMost(LIMIT).until(() -> gauge("following") == 0);
    }

    @Test
    void an_operation_stuck_at_a_later_step_is_logged_again() {
        var attachFixture = stuckFixture();
        var id = attachFixture.attach().operationId();
        Awaitility.await().atMost(LIMIT).until(() -> warnings(id) == 1);
        attachFixture
                .cloud()
                .faults(
                        Fault.status("volume", 503, "EVS.0001", "Injected by the test."),
                        Fault.status("server", 503, "M.0001", "Injected by the test."));
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        Awaitility.await().atMost(LIMIT).until(() -> warnings(id) == 2);
        attachFixture.cloud().faults();
        attachFixture.awaitStatus(id, "success");
    }

    @Test
    void a_change_within_a_step_does_not_restart_its_time() {
        var attachFixture = stuckFixture();
        var id = attachFixture.attach().operationId();
        var since = since(id);
        // From pending to running it stays at the same step.
        attachFixture.awaitStatus(id, "running");
        assertThat(since(id)).isEqualTo(since);
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(id, "success");
        assertThat(since(id)).isAfter(since);
    }

    @Test
    void the_list_is_bounded_and_begins_with_the_longest_stuck() {
        insertStuck(150);
        var found = detector.list(CROWDED, 100).await().atMost(LIMIT);
        assertThat(found).hasSize(100);
        assertThat(found).isSortedAccordingTo(Comparator.comparing(StuckOperationDetector.StuckOperation::stepSince));
        assertThat(found.getFirst().stepLimit()).isEqualTo(Duration.ofMinutes(2));
    }

    @ParameterizedTest
    @CsvSource({"100, false", "101, true"})
    void more_operations_are_reported_only_when_there_are_more(int stuck, boolean hasMore) {
        insertStuck(stuck);
        var listed =
                unresolvedQuery.list(UnresolvedState.STUCK, CROWDED).await().atMost(LIMIT);
        assertThat(listed.operations()).hasSize(100);
        assertThat(listed.hasMore()).isEqualTo(hasMore);
    }

    private void insertStuck(int count) {
        pool.preparedQuery(
                        "insert into operation (operation_id, project_id, server_id, volume_id, type, caller_issuer,"
                                + " caller_subject, request_id, step, status, answer_by, deadline, next_step_at, lease_owner,"
                                + " lease_until, step_since)"
                                + " select gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid(),"
                                + " 'node_attach_volume', 'a', 'b', 'c', 'checking', 'pending', now(), now(), 'infinity',"
                                + " gen_random_uuid(), 'infinity', now() - make_interval(hours => n) from generate_series(1, $2) n")
                .execute(Tuple.of(CROWDED, count))
                .await()
                .atMost(LIMIT);
    }

    private OffsetDateTime since(String id) {
        return pool.preparedQuery("select step_since from operation where operation_id::text = $1")
                .execute(Tuple.of(id))
                .await()
                .atMost(LIMIT)
                .iterator()
                .next()
                .getOffsetDateTime("step_since");
    }
}
