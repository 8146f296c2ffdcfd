package dev.attachgateway.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.audit.AuditFixture;
import dev.attachgateway.audit.AuditRetentionProfile;
import dev.attachgateway.audit.command.AuditDatabase;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entries sealed longer ago than the retention are removed from the oldest on, and the rest stays verifiable. */
@QuarkusTest
@TestProfile(AuditRetentionProfile.class)
@WithTestResource(PostgresForTests.class)
class AuditRetentionTest {
    @Inject
    Pool pool;

    @Inject
    SealJob sealJob;

    @Inject
    AuditRetention auditRetention;

    private AuditFixture auditFixture;

    @BeforeEach
    void createSealedEntries() throws SQLException {
        auditFixture = new AuditFixture();
        auditFixture.empty();
        AuditFixture.write(12);
        EventWriter.await(sealJob.sealAll());
    }

    @AfterEach
    void close() throws SQLException {
        auditFixture.empty();
        auditFixture.close();
    }

    private void age(String seals, String age) throws SQLException {
        auditFixture.run("update audit_seal set sealed_at = sealed_at - interval '" + age + "' where number " + seals);
        auditFixture.forge(1, null);
    }

    private void assertLeft(String... ids) throws SQLException {
        var output = AuditFixture.verify();
        assertThat(output.status()).as(output.text()).isEqualTo(AuditDatabase.EXIT_OK);
        assertThat(auditFixture.query("select id from audit where reason is null order by id"))
                .containsExactly(ids);
    }

    @Test
    void seals_are_removed_after_400_days_and_the_rest_is_verified() throws SQLException {
        age("<= 2", "400 days 1 minute");
        age("= 3", "399 days 23 hours");
        var expected = auditFixture.checkpoint(3);
        var last = auditFixture.checkpoint(2);
        EventWriter.await(auditRetention.removeAll());
        assertLeft("7", "8", "9", "10", "11", "12");
        assertThat(auditFixture.query("select line from audit_place where seal is not null order by line"))
                .containsExactly("7", "8", "9", "10", "11", "12");
        var output = AuditFixture.verify("--expect", expected, "--expect", last);
        assertThat(output.text()).contains("seals 2, lines 6", "removed by age: up to seal " + last + " of ");
        assertThat(output.status()).isEqualTo(AuditDatabase.EXIT_OK);
    }

    @Test
    void a_removal_is_audited() throws SQLException {
        age("= 1", "500 days");
        EventWriter.await(auditRetention.removeAll());
        assertThat(auditFixture.query("select reason from audit where verdict = 'observed'"))
                .singleElement()
                .asString()
                .startsWith("Removed by age: the lines up to seal 1, sealed at 20");
        assertThat(EventWriter.await(sealJob.sealAll())).isEqualTo(1);
        assertLeft("4", "5", "6", "7", "8", "9", "10", "11", "12");
    }

    @Test
    void an_old_seal_behind_a_younger_one_is_kept() throws SQLException {
        age("= 2", "500 days");
        assertThat(EventWriter.await(auditRetention.removeBatch())).isFalse();
        assertLeft("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12");
    }

    @Test
    void a_chain_continues_after_all_its_seals_were_removed() throws SQLException {
        age("> 0", "500 days");
        EventWriter.await(auditRetention.removeAll());
        assertLeft();
        AuditFixture.write(1);
        EventWriter.await(sealJob.sealAll());
        assertThat(auditFixture.query("select number from audit_seal")).containsExactly("5");
        assertLeft("14");
    }

    @Test
    void nothing_is_removed_while_another_replica_holds_the_lock() throws SQLException {
        age("= 1", "500 days");
        var removed = EventWriter.await(pool.withTransaction(transaction -> transaction
                .query("select pg_advisory_xact_lock(7020119406302)")
                .execute()
                .chain(() -> auditRetention.removeBatch())));
        assertThat(removed).isFalse();
    }

    @Test
    void one_transaction_removes_at_most_10000_lines() throws SQLException {
        age("<= 3", "500 days");
        auditFixture.run("update audit_seal set lines = 5000 where number in (1, 2)");
        assertThat(EventWriter.await(auditRetention.removeBatch())).isTrue();
        assertThat(auditFixture.query("select number from audit_seal order by number"))
                .containsExactly("3", "4");
    }

    /** Enforced by triggers, independently of the gateway's code. */
    @Test
    void the_database_refuses_to_delete_lines_younger_than_a_day_or_after_the_anchor() throws SQLException {
        age("= 1", "25 hours");
        age("= 2", "23 hours");
        try (var connection = AuditFixture.open();
                var statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("delete from audit where id = 1"))
                    .hasMessageContaining("append-only");
            var moveAnchor = "update audit_anchor a set seal = number, hash = s.hash, sealed_at = s.sealed_at"
                    + " from audit_seal s where number = ";
            assertThatThrownBy(() -> statement.execute(moveAnchor + 2)).hasMessageContaining("append-only");
            statement.execute(moveAnchor + 1);
            assertThatThrownBy(() -> statement.execute("delete from audit where id = 4"))
                    .hasMessageContaining("append-only");
            assertThat(statement.executeUpdate("delete from audit where id = 1"))
                    .isEqualTo(1);
        }
    }
}
