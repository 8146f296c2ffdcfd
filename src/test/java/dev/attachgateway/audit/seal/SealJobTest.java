package dev.attachgateway.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.audit.AuditFixture;
import dev.attachgateway.audit.AuditRetentionProfile;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each audit entry is sealed exactly once, and the seals form one chain. */
@QuarkusTest
@TestProfile(AuditRetentionProfile.class)
@WithTestResource(PostgresForTests.class)
class SealJobTest {
    @Inject
    Pool pool;

    @Inject
    SealJob sealJob;

    @Inject
    SealMetrics metrics;

    private AuditFixture auditFixture;

    @BeforeEach
    void open() throws SQLException {
        auditFixture = new AuditFixture();
        auditFixture.empty();
    }

    @AfterEach
    void close() throws SQLException {
        auditFixture.empty();
        auditFixture.close();
    }

    private void assertIntact(int seals, int lines) {
        var output = AuditFixture.verify();
        assertThat(output.text())
                .startsWith("seals " + seals + ", lines " + lines + ", not sealed yet 0\n")
                .endsWith("intact\n");
    }

    @Test
    void seals_have_a_maximum_size_and_all_entries_are_sealed() throws SQLException {
        AuditFixture.write(3 * AuditRetentionProfile.SEAL_MAX_ENTRIES);
        assertThat(EventWriter.await(sealJob.sealBatch())).isEqualTo(AuditRetentionProfile.SEAL_MAX_ENTRIES);
        assertThat(EventWriter.await(sealJob.sealAll())).isEqualTo(2L * AuditRetentionProfile.SEAL_MAX_ENTRIES);
        assertThat(EventWriter.await(sealJob.sealAll())).isZero();
        assertIntact(3, 9);
        assertThat(auditFixture.query("select distinct lines from audit_seal")).containsExactly("3");
    }

    /** Ids are assigned at the insert, but entries become visible at the commit. */
    @Test
    void an_entry_committed_late_is_sealed_once_and_delays_no_other() throws SQLException {
        try (var late = AuditFixture.open();
                var otherTransaction = AuditFixture.open()) {
            late.setAutoCommit(false);
            late.createStatement().execute("insert into audit (verdict, subject) values ('allowed', 'late')");
            otherTransaction.setAutoCommit(false);
            otherTransaction.createStatement().execute("set transaction isolation level repeatable read");
            otherTransaction.createStatement().execute("select pg_current_xact_id()");
            AuditFixture.write(5);
            assertThat(EventWriter.await(sealJob.sealAll())).isEqualTo(5);
            late.commit();
            assertThat(EventWriter.await(sealJob.sealAll())).isEqualTo(1);
            AuditFixture.write(1);
            assertThat(EventWriter.await(sealJob.sealAll())).isEqualTo(1);
        }
        assertIntact(4, 7);
        assertThat(auditFixture.query("select line from audit_place order by seal, place"))
                .containsExactly("2", "3", "4", "5", "6", "1", "7");
    }

    @Test
    void a_rolled_back_entry_leaves_no_position() throws SQLException {
        try (var gateway = AuditFixture.open()) {
            gateway.setAutoCommit(false);
            gateway.createStatement().execute("insert into audit (verdict) values ('allowed')");
            gateway.rollback();
        }
        assertThat(EventWriter.await(sealJob.sealAll())).isZero();
        assertThat(auditFixture.query("select line from audit_place")).isEmpty();
    }

    @Test
    void one_replica_seals_at_a_time() throws SQLException {
        AuditFixture.write(2);
        var sealed = EventWriter.await(pool.withTransaction(transaction -> transaction
                .query("select pg_advisory_xact_lock(7020119406302)")
                .execute()
                .chain(() -> sealJob.sealBatch())));
        assertThat(sealed).isZero();
        assertThat(EventWriter.await(sealJob.sealBatch())).isEqualTo(2);
    }

    @Test
    void concurrent_seal_jobs_form_one_chain_without_failures() throws SQLException {
        AuditFixture.write(60);
        var sealed = 0;
        while (sealed < 60) {
            var all = IntStream.range(0, 8).mapToObj(_ -> sealJob.sealBatch()).toList();
            sealed += EventWriter.await(Uni.join().all(all).andCollectFailures()).stream()
                    .mapToInt(Integer::intValue)
                    .sum();
        }
        assertIntact(20, 60);
        assertThat(auditFixture.query("select count(*) from audit_place where seal is not null"))
                .containsExactly("60");
    }

    /** Even without the advisory lock. */
    @Test
    void the_database_prevents_forked_chains_and_double_seals() throws SQLException {
        AuditFixture.write(2);
        EventWriter.await(sealJob.sealBatch());
        var hash = String.join("", Collections.nCopies(64, "a"));
        var twin = new Seal(1, "2026-11-28T12:00:00.000000Z", 1, null, hash, hash);
        var next = new Seal(2, "2026-11-28T12:00:00.000000Z", 1, null, hash, hash);
        for (var seal : List.of(twin, next)) {
            assertThatThrownBy(() -> EventWriter.await(pool.withTransaction(
                            transaction -> SealStore.insert(transaction, seal, List.of(1L), List.of(hash)))))
                    .hasMessageMatching(
                            "(?s).*audit_seal_pkey.*|an audit line under the new seal has a position already");
        }
        assertIntact(1, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update audit_seal set lines = 1",
                "delete from audit_seal",
                "truncate audit_seal",
                "update audit_place set place = 2",
                "update audit_place set seal = null, place = null, digest = null",
                "delete from audit_place",
                "truncate audit_place",
                "update audit_anchor set seal = 1",
                "delete from audit_anchor",
                "truncate audit_anchor",
                "update audit_anchor a set seal = s.number, hash = s.hash, sealed_at = s.sealed_at from audit_seal s"
            })
    void the_triggers_reject_every_change_of_seals(String change) throws SQLException {
        AuditFixture.write(1);
        EventWriter.await(sealJob.sealBatch());
        try (var connection = AuditFixture.open();
                var statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute(change)).hasMessageContaining("append-only");
        }
        assertIntact(1, 1);
    }

    @Test
    void the_age_of_unsealed_entries_is_reported_and_infinite_for_removed_ones() throws SQLException {
        assertThat(EventWriter.await(metrics.refresh())).isFalse();
        assertThat(metrics.oldestUnsealedSeconds()).isZero();
        AuditFixture.write(2);
        auditFixture.run("update audit set at = at - interval '1 hour' where id = 1");
        assertThat(EventWriter.await(metrics.refresh())).isTrue();
        assertThat(metrics.oldestUnsealedSeconds()).isBetween(3_600.0, 3_700.0);
        auditFixture.run("delete from audit where id = 1");
        assertThat(EventWriter.await(sealJob.sealAll())).isEqualTo(1);
        assertThat(EventWriter.await(metrics.refresh())).isTrue();
        assertThat(metrics.oldestUnsealedSeconds()).isInfinite();
    }
}
