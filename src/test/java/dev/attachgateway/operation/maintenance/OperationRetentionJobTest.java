package dev.attachgateway.operation.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.operation.ManualInterventionProfile;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.sql.DriverManager;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that expired operations are removed with their events in small batches, and that readers of them get a reset. */
@QuarkusTest
@TestProfile(ManualInterventionProfile.class)
@WithTestResource(PostgresForTests.class)
class OperationRetentionJobTest {
    @Inject
    Pool pool;

    @Inject
    EventLog eventLog;

    @Inject
    OperationRetentionJob retentionJob;

    private final GatewayClient gateway = GatewayClient.underTest();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, eventLog);
        removeAll();
    }

    private int removeAll() {
        var total = 0;
        for (var removed = EventWriter.await(retentionJob.removeBatch());
                removed > 0;
                removed = EventWriter.await(retentionJob.removeBatch())) {
            assertThat(removed).isLessThanOrEqualTo(2);
            total += removed;
        }
        return total;
    }

    private Paper ended() {
        var paper = Paper.some();
        eventWriter.begin(paper);
        eventWriter.move(paper, "pending", "success");
        return paper;
    }

    private void age(Paper paper, String age) {
        eventWriter.run("update operation set created_at = created_at - interval '" + age
                + "', updated_at = now() - interval '" + age + "', ended_at = ended_at - interval '" + age
                + "' where operation_id = '" + paper.id() + "'");
    }

    private List<Long> positions() {
        return StreamSupport.stream(
                        EventWriter.await(pool.query("select position from event where project_id = '"
                                                + eventWriter.project() + "' order by position")
                                        .execute())
                                .spliterator(),
                        false)
                .map(row -> row.getLong("position"))
                .toList();
    }

    @Test
    void an_operation_is_removed_with_its_events_ninety_days_after_its_end() {
        var old = ended();
        var younger = ended();
        age(old, "90 days 1 minute");
        age(younger, "89 days 23 hours");
        assertThat(removeAll()).isEqualTo(1);
        assertThat(positions()).containsExactly(3L, 4L);
        assertThat(gateway.operation(
                                "operator",
                                eventWriter.project(),
                                old.server().toString(),
                                old.id().toString())
                        .code())
                .isEqualTo("Gateway.OperationNotFound");
        assertThat(gateway.get(eventWriter.path(), gateway.withToken("operator"))
                        .json()
                        .path("operations"))
                .hasSize(1);
    }

    @Test
    void an_unfinished_operation_keeps_all_of_its_events() {
        var paper = Paper.some();
        eventWriter.begin(paper);
        eventWriter.move(paper, "pending", "running");
        age(paper, "1000 days");
        assertThat(removeAll()).isZero();
        assertThat(positions()).containsExactly(1L, 2L);
    }

    @Test
    void an_operation_being_reconciled_or_with_a_key_is_kept() {
        var compared = ended();
        var keyed = ended();
        age(compared, "100 days");
        age(keyed, "100 days");
        eventWriter.run("update operation set reconcile_at = 'infinity' where operation_id = '" + compared.id() + "'");
        eventWriter.run(
                "insert into idempotency_key (project_id, caller_issuer, caller_subject, key, fingerprint, operation_id)"
                        + " values ('" + eventWriter.project() + "', 'sandbox', 'attacher', '" + UUID.randomUUID()
                        + "', '', '"
                        + keyed.id() + "')");
        assertThat(removeAll()).isZero();
        assertThat(positions()).hasSize(4);
        eventWriter.run("update operation set reconcile_at = null where operation_id = '" + compared.id() + "'");
        assertThat(removeAll()).isEqualTo(1);
    }

    @Test
    void a_later_update_restarts_the_retention_period() {
        var paper = ended();
        age(paper, "100 days");
        eventWriter.run("update operation set updated_at = now() - interval '89 days' where operation_id = '"
                + paper.id() + "'");
        assertThat(removeAll()).isZero();
    }

    @Test
    void a_run_continues_until_nothing_is_left() {
        eventWriter.run("""
                insert into operation (operation_id, project_id, server_id, volume_id, type, caller_issuer,
                    caller_subject, request_id, step, status, answer_by, deadline, next_step_at, updated_at, ended_at)
                select gen_random_uuid(), '%s', gen_random_uuid(), gen_random_uuid(), 'node_attach_volume', 'sandbox',
                    'attacher', '', 'succeeded', 'success', now(), now(), now(), now() - interval '91 days',
                    now() - interval '91 days'
                from generate_series(1, 21)""".formatted(eventWriter.project()));
        assertThat(retentionJob.removeAll().await().atMost(Timeouts.CONDITION)).isEqualTo(21);
    }

    @Test
    void only_one_replica_removes_at_a_time() {
        age(ended(), "91 days");
        var removed = EventWriter.await(pool.withTransaction(transaction -> transaction
                .query("select pg_advisory_xact_lock(7020119406301)")
                .execute()
                .chain(() -> retentionJob.removeBatch())));
        assertThat(removed).isZero();
        assertThat(removeAll()).isEqualTo(1);
    }

    @Test
    void an_event_id_before_retention_gets_a_reset_and_a_later_one_continues() {
        var unfinished = Paper.some();
        eventWriter.begin(unfinished);
        var old = ended();
        ended();
        age(old, "91 days");
        String epoch;
        try (var stream = feed()) {
            epoch = stream.next(block -> block.id() != null).epoch();
        }
        assertThat(removeAll()).isEqualTo(1);
        for (var lastEventId : List.of(0, 1, 2)) {
            try (var stream = feed("Last-Event-ID", epoch + "-" + lastEventId)) {
                var reset = stream.next(Block::isEvent);
                assertThat(reset.event()).isEqualTo("reset");
                assertThat(reset.json().path("reason").asText()).isEqualTo("before-retention");
                assertThat(stream.events(2)).allMatch(block -> block.id() == null);
                assertThat(stream.next().position()).isEqualTo(5);
            }
        }
        try (var stream = feed("Last-Event-ID", epoch + "-3")) {
            assertThat(stream.events(2).stream().map(Block::position)).containsExactly(4L, 5L);
        }
    }

    /** Otherwise a reader could take the remaining events for all of them. */
    @Test
    void events_are_removed_in_one_transaction_with_the_retention_floor() throws Exception {
        var old = ended();
        ended();
        age(old, "91 days");
        var config = ConfigProvider.getConfig();
        try (var blocker = DriverManager.getConnection(
                config.getValue("quarkus.datasource.jdbc.url", String.class),
                config.getValue("quarkus.datasource.username", String.class),
                config.getValue("quarkus.datasource.password", String.class))) {
            blocker.setAutoCommit(false);
            blocker.createStatement()
                    .execute(
                            "select from event_position where project_id = '" + eventWriter.project() + "' for update");
            var removed = retentionJob.removeBatch().subscribeAsCompletionStage();
            Awaitility.await().atMost(Timeouts.CONDITION).until(() -> isWaitingForLock() || removed.isDone());
            assertThat(positions()).containsExactly(1L, 2L, 3L, 4L);
            blocker.rollback();
            assertThat(removed.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(1);
        }
        assertThat(positions()).containsExactly(3L, 4L);
    }

    private boolean isWaitingForLock() {
        var query = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        return EventWriter.await(pool.query(query).execute()).size() > 0;
    }

    @Test
    void the_retention_floor_never_goes_back() {
        var first = ended();
        var second = ended();
        age(second, "91 days");
        assertThat(removeAll()).isEqualTo(1);
        age(first, "91 days");
        assertThat(removeAll()).isEqualTo(1);
        var floor = EventWriter.await(pool.query(
                                "select floor from event_position where project_id = '" + eventWriter.project() + "'")
                        .execute())
                .iterator()
                .next()
                .getLong("floor");
        assertThat(floor).isEqualTo(4);
    }

    private dev.attachgateway.testkit.EventStream feed(String... headers) {
        return gateway.stream(eventWriter.path(), gateway.withToken("operator", headers));
    }
}
