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

/** Each line comes under one seal, and the seals are one chain. */
@QuarkusTest
@TestProfile(AuditRetentionProfile.class)
@WithTestResource(PostgresForTests.class)
class SealJobTest {
    @Inject
    Pool pool;

    @Inject
    SealJob sealJob;

    @Inject
    SealMetrics watch;

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

    private void assertWhole(int seals, int lines) {
        var said = AuditFixture.verify();
        assertThat(said.text())
                .startsWith("seals " + seals + ", lines " + lines + ", not sealed yet 0\n")
                .endsWith("whole\n");
    }

    @Test
    void seals_are_of_bounded_size_and_nothing_is_left() throws SQLException {
        AuditFixture.write(3 * AuditRetentionProfile.LINES);
        assertThat(EventWriter.await(sealJob.sealBatch())).isEqualTo(AuditRetentionProfile.LINES);
        assertThat(EventWriter.await(sealJob.sealAll())).isEqualTo(2L * AuditRetentionProfile.LINES);
        assertThat(EventWriter.await(sealJob.sealAll())).isZero();
        assertWhole(3, 9);
        assertThat(auditFixture.ask("select distinct lines from audit_seal")).containsExactly("3");
    }

    /** Ids are given when a line is written, and lines are there when they are committed. */
    @Test
    void a_line_that_is_committed_late_is_sealed_once_and_holds_up_nobody() throws SQLException {
        try (var late = AuditFixture.open();
                var elsewhere = AuditFixture.open()) {
            late.setAutoCommit(false);
            late.createStatement().execute("insert into audit (verdict, subject) values ('allowed', 'late')");
            elsewhere.setAutoCommit(false);
            elsewhere.createStatement().execute("set transaction isolation level repeatable read");
            elsewhere.createStatement().execute("select pg_current_xact_id()");
            AuditFixture.write(5);
            assertThat(EventWriter.await(sealJob.sealAll())).isEqualTo(5);
            late.commit();
            assertThat(EventWriter.await(sealJob.sealAll())).isEqualTo(1);
            AuditFixture.write(1);
            assertThat(EventWriter.await(sealJob.sealAll())).isEqualTo(1);
        }
        assertWhole(4, 7);
        assertThat(auditFixture.ask("select line from audit_place order by seal, place"))
                .containsExactly("2", "3", "4", "5", "6", "1", "7");
    }

    @Test
    void a_line_that_is_rolled_back_leaves_nothing() throws SQLException {
        try (var gateway = AuditFixture.open()) {
            gateway.setAutoCommit(false);
            gateway.createStatement().execute("insert into audit (verdict) values ('allowed')");
            gateway.rollback();
        }
        assertThat(EventWriter.await(sealJob.sealAll())).isZero();
        assertThat(auditFixture.ask("select line from audit_place")).isEmpty();
    }

    @Test
    void while_one_replica_seals_the_others_do_not() throws SQLException {
        AuditFixture.write(2);
        var sealed = EventWriter.await(pool.withTransaction(transaction -> transaction
                .query("select pg_advisory_xact_lock(7020119406302)")
                .execute()
                .chain(() -> sealJob.sealBatch())));
        assertThat(sealed).isZero();
        assertThat(EventWriter.await(sealJob.sealBatch())).isEqualTo(2);
    }

    @Test
    void sealers_who_come_at_once_make_one_chain_and_none_of_them_fails() throws SQLException {
        AuditFixture.write(60);
        var sealed = 0;
        while (sealed < 60) {
            var all =
                    IntStream.range(0, 8).mapToObj(each -> sealJob.sealBatch()).toList();
            sealed += EventWriter.await(Uni.join().all(all).andCollectFailures()).stream()
                    .mapToInt(Integer::intValue)
                    .sum();
        }
        assertWhole(20, 60);
        assertThat(auditFixture.ask("select count(*) from audit_place where seal is not null"))
                .containsExactly("60");
    }

    /** Even if all locks failed. */
    @Test
    void the_database_lets_no_chain_fork_and_no_line_be_sealed_twice() throws SQLException {
        AuditFixture.write(2);
        EventWriter.await(sealJob.sealBatch());
        var hash = String.join("", Collections.nCopies(64, "a"));
        var twin = new Seal(1, "2026-11-28T12:00:00.000000Z", 1, null, hash, hash);
        var next = new Seal(2, "2026-11-28T12:00:00.000000Z", 1, null, hash, hash);
        for (var seal : List.of(twin, next)) {
            assertThatThrownBy(() -> EventWriter.await(pool.withTransaction(
                            transaction -> SealStore.insert(transaction, seal, List.of(1L), List.of(hash)))))
                    .hasMessageMatching("(?s).*audit_seal_pkey.*|a line under the new seal has a place already");
        }
        assertWhole(1, 2);
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
    void whoever_does_not_take_the_triggers_away_changes_nothing(String change) throws SQLException {
        AuditFixture.write(1);
        EventWriter.await(sealJob.sealBatch());
        try (var anybody = AuditFixture.open();
                var statement = anybody.createStatement()) {
            assertThatThrownBy(() -> statement.execute(change)).hasMessageContaining("append-only");
        }
        assertWhole(1, 1);
    }

    @Test
    void the_age_of_what_waits_is_shown_and_what_is_gone_waits_for_ever() throws SQLException {
        assertThat(EventWriter.await(watch.refresh())).isFalse();
        assertThat(watch.oldestUnsealedSeconds()).isZero();
        AuditFixture.write(2);
        auditFixture.run("update audit set at = at - interval '1 hour' where id = 1");
        assertThat(EventWriter.await(watch.refresh())).isTrue();
        assertThat(watch.oldestUnsealedSeconds()).isBetween(3_600.0, 3_700.0);
        auditFixture.run("delete from audit where id = 1");
        assertThat(EventWriter.await(sealJob.sealAll())).isEqualTo(1);
        assertThat(EventWriter.await(watch.refresh())).isTrue();
        assertThat(watch.oldestUnsealedSeconds()).isInfinite();
    }
}
