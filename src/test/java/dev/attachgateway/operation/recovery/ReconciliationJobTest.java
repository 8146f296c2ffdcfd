package dev.attachgateway.operation.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.operation.ManualInterventionProfile;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Proves which replica reconciles an ended operation, and when it is due again. */
@QuarkusTest
@TestProfile(ManualInterventionProfile.class)
@WithTestResource(PostgresForTests.class)
class ReconciliationJobTest {
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final int ROWS = 40;

    @Inject
    ReconciliationJob reconciliationJob;

    @Inject
    Pool pool;

    @AfterEach
    void deleteOperations() {
        run("delete from operation where project_id = 'claims'");
    }

    private void run(String sql) {
        pool.query(sql).execute().await().atMost(LIMIT);
    }

    private void insertEnded(int rows, String status, String ago, String drift) {
        run(
                "insert into operation (operation_id, project_id, server_id, volume_id, type, caller_issuer, caller_subject,"
                        + " request_id, step, status, failure, doubted, drift, answer_by, deadline, next_step_at, lease_owner,"
                        + " ended_at, reconcile_at)"
                        + " select gen_random_uuid(), 'claims', gen_random_uuid(), gen_random_uuid(), 'node_attach_volume', 'a',"
                        + " 'b', 'c', case when '" + status + "' = 'success' then 'succeeded' else 'failed' end, '"
                        + status
                        + "', '{\"kind\": \"UNDONE\", \"code\": \"Gateway.RolledBack\", \"message\": \"Nothing.\"}', true, "
                        + drift
                        + ", now(), now(), 'infinity', gen_random_uuid(), now() - interval '" + ago + "', now()"
                        + " from generate_series(1, " + rows + ")");
    }

    private List<UUID> claim() {
        return ids(reconciliationJob.claimDue()).await().atMost(LIMIT);
    }

    private static Uni<List<UUID>> ids(Uni<List<ReconciliationJob.DueOperation>> due) {
        return due.map(
                all -> all.stream().map(claimed -> claimed.operation().id()).toList());
    }

    /** Minutes until the operation is due again; -1 if it is not. */
    private double minutesUntilDue() {
        return pool.query("select coalesce(extract(epoch from reconcile_at - now()) / 60, -1)::float8 as minutes"
                        + " from operation where project_id = 'claims'")
                .execute()
                .await()
                .atMost(LIMIT)
                .iterator()
                .next()
                .getDouble("minutes");
    }

    @Test
    void concurrent_claims_give_each_operation_to_one_replica() {
        insertEnded(ROWS, "failed", "1 hour", "null");
        var all = new ArrayList<UUID>();
        Multi.createFrom()
                .range(0, 12)
                .onItem()
                .transformToUni(_ -> ids(reconciliationJob.claimDue()))
                .merge(12)
                .collect()
                .asList()
                .await()
                .atMost(LIMIT)
                .forEach(all::addAll);
        for (var more = claim(); !more.isEmpty(); more = claim()) {
            all.addAll(more);
        }
        assertThat(all).hasSize(ROWS).doesNotHaveDuplicates();
    }

    @Test
    void a_claim_is_limited_to_the_batch_size() {
        insertEnded(ROWS, "failed", "1 hour", "null");
        assertThat(claim()).hasSize(10);
    }

    @Test
    void intervals_grow_with_the_time_since_the_end() {
        insertEnded(1, "success", "1 minute", "null");
        claim();
        assertThat(minutesUntilDue()).isBetween(5.0, 10.0);
        deleteOperations();
        insertEnded(1, "success", "3 hours", "null");
        claim();
        assertThat(minutesUntilDue()).isBetween(170.0, 180.5);
        deleteOperations();
        insertEnded(1, "failed", "3 days", "null");
        claim();
        assertThat(minutesUntilDue()).isBetween(350.0, 360.5);
    }

    @Test
    void a_drifting_operation_is_reconciled_at_the_min_interval() {
        insertEnded(1, "success", "3 hours", "'The disk is gone.'");
        claim();
        assertThat(minutesUntilDue()).isBetween(5.0, 10.0);
    }

    @Test
    void a_success_is_reconciled_for_a_day_and_an_unknown_outcome_for_a_week() {
        insertEnded(1, "success", "25 hours", "null");
        assertThat(claim()).hasSize(1);
        assertThat(minutesUntilDue()).isEqualTo(-1);
        deleteOperations();
        insertEnded(1, "failed", "25 hours", "null");
        claim();
        assertThat(minutesUntilDue()).isPositive();
        deleteOperations();
        insertEnded(1, "failed", "8 days", "null");
        assertThat(claim()).hasSize(1);
        assertThat(minutesUntilDue()).isEqualTo(-1);
        assertThat(claim()).isEmpty();
    }
}
