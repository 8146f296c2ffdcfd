package dev.attachgateway.operation.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that keys are kept for a day after the end of their operation and then removed in bounded batches. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class IdempotencyKeyCleanupTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    IdempotencyKeyCleanup cleanup;

    private final String key = UUID.randomUUID().toString();
    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
        removeAll();
    }

    private void removeAll() {
        while (cleanup.removeBatch().await().atMost(LIMIT) > 0) {
            // Each batch is bounded.
        }
    }

    private HttpAnswer attach() {
        return attachFixture.attach("Idempotency-Key", key);
    }

    private void run(String sql) {
        pool.query(sql).execute().await().atMost(LIMIT);
    }

    private void age(String hours, boolean ended) {
        run("update idempotency_key set created_at = now() - interval '" + hours + "' where key = '" + key + "'");
        if (ended) {
            run("update operation set ended_at = now() - interval '" + hours
                    + "' where operation_id = (select operation_id from idempotency_key where key = '" + key + "')");
        }
    }

    private boolean isKept() {
        removeAll();
        return pool.query("select from idempotency_key where key = '" + key + "'")
                        .execute()
                        .await()
                        .atMost(LIMIT)
                        .rowCount()
                == 1;
    }

    @Test
    void a_key_is_kept_for_a_day_after_its_operation_ended_and_then_removed() {
        var first = attach();
        attachFixture.awaitStatus(first.operationId(), "success");
        age("23 hours 59 minutes", true);
        assertThat(isKept()).isTrue();
        assertThat(attach().operationId()).isEqualTo(first.operationId());
        age("24 hours 1 minute", true);
        assertThat(isKept()).isFalse();
        assertThat(attach().code()).isEqualTo("Gateway.DiskAlreadyAttached");
    }

    @Test
    void a_key_of_an_unfinished_operation_is_never_removed() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        attach();
        age("100 days", false);
        assertThat(isKept()).isTrue();
    }

    @Test
    void a_key_whose_operation_was_removed_is_removed_when_expired() {
        run("insert into idempotency_key (project_id, caller_issuer, caller_subject, key, fingerprint, operation_id)"
                + " values ('p', 'i', 's', '" + key + "', 'f', gen_random_uuid())");
        assertThat(isKept()).isTrue();
        age("25 hours", false);
        assertThat(isKept()).isFalse();
    }

    @Test
    void a_batch_is_bounded_and_two_replicas_remove_concurrently() {
        run(
                "insert into idempotency_key (project_id, caller_issuer, caller_subject, key, fingerprint, operation_id, created_at)"
                        + " select 'p', 'i', 's', '" + key + "' || n, 'f', gen_random_uuid(), now() - interval '2 days'"
                        + " from generate_series(1, 2500) n");
        assertThat(cleanup.removeBatch().await().atMost(LIMIT)).isEqualTo(1000);
        var both = Uni.combine()
                .all()
                .unis(cleanup.removeBatch(), cleanup.removeBatch())
                .asTuple()
                .await()
                .atMost(LIMIT);
        assertThat(both.getItem1() + both.getItem2()).isBetween(1000, 1500);
        removeAll();
        assertThat(pool.query("select from idempotency_key where key like '" + key + "%'")
                        .execute()
                        .await()
                        .atMost(LIMIT)
                        .rowCount())
                .isZero();
    }
}
