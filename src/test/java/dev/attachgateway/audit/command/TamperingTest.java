package dev.attachgateway.audit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.audit.AuditFixture;
import dev.attachgateway.audit.AuditFixture.CommandOutput;
import dev.attachgateway.audit.AuditRetentionProfile;
import dev.attachgateway.audit.seal.SealJob;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of the audit log around its triggers are found by verification. Four seals cover lines 1 to 3, 4 to 6, … */
@QuarkusTest
@TestProfile(AuditRetentionProfile.class)
@WithTestResource(PostgresForTests.class)
class TamperingTest {
    private static final int LINES = 11;

    @Inject
    SealJob sealJob;

    private AuditFixture auditFixture;

    @BeforeEach
    void createSealedEntries() throws SQLException {
        auditFixture = new AuditFixture();
        auditFixture.empty();
        AuditFixture.write(LINES);
        assertThat(EventWriter.await(sealJob.sealAll())).isEqualTo(LINES);
    }

    @AfterEach
    void close() throws SQLException {
        auditFixture.empty();
        auditFixture.close();
    }

    private static void assertFound(String... findings) {
        assertFound(AuditFixture.verify(), findings);
    }

    private static void assertFound(CommandOutput output, String... findings) {
        assertThat(output.status()).as(output.text()).isEqualTo(AuditDatabase.EXIT_VERIFICATION_FAILED);
        assertThat(output.text()).contains(findings).contains("NOT INTACT");
    }

    private static void assertIntact(CommandOutput output) {
        assertThat(output.status()).as(output.text()).isEqualTo(AuditDatabase.EXIT_OK);
        assertThat(output.text()).endsWith("intact\n");
    }

    @Test
    void an_unchanged_audit_log_is_intact() throws SQLException {
        AuditFixture.write(1);
        assertIntact(
                AuditFixture.verify("--expect", auditFixture.checkpoint(4), "--expect", auditFixture.checkpoint(1)));
        assertThat(AuditFixture.verify().text())
                .startsWith(
                        "seals 4, lines 11, not sealed yet 1\nnewest seal " + auditFixture.checkpoint(4) + " of 20");
    }

    @Test
    void a_change_of_any_column_is_found() throws SQLException {
        var columns =
                auditFixture.query("select column_name from information_schema.columns where table_name = 'audit'");
        assertThat(columns).hasSizeGreaterThan(15);
        columns.remove("id");
        for (var column : columns) {
            var changed = switch (column) {
                case "at" -> "at + interval '1 microsecond'";
                case "count" -> "count + 1";
                case "verdict" -> "'observed'";
                default -> "coalesce(" + column + ", '') || 'x'";
            };
            auditFixture.run(
                    "create temp table kept on commit preserve rows as select * from audit where id = 5",
                    "update audit set " + column + " = " + changed + " where id = 5");
            assertFound("- line 5 was changed (seal 2, place 2)\n");
            auditFixture.run(
                    "update audit a set " + column + " = k." + column + " from kept k where a.id = 5",
                    "drop table kept");
            assertIntact(AuditFixture.verify());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reason = ''",
                "server_id = 'a', volume_id = 'bc'",
                "server_id = 'c', volume_id = 'ab'",
                "server_id = null, operation_id = server_id"
            })
    void moving_content_from_one_column_to_another_is_found(String change) throws SQLException {
        auditFixture.run("update audit set " + change + " where id = 11");
        assertFound("- line 11 was changed (seal 4, place 2)\n");
    }

    @Test
    void a_changed_id_is_found_as_a_removed_and_an_inserted_line() throws SQLException {
        auditFixture.run("alter table audit alter id drop identity", "update audit set id = 99 where id = 5");
        try {
            assertFound(
                    "- line 5 was removed (seal 2, place 2)\n",
                    "- line 99 was inserted: it has no position in the chain\n");
        } finally {
            auditFixture.run("alter table audit alter id add generated always as identity");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "delete from audit where id = 5 | line 5 was removed (seal 2, place 2)",
                "with l as (delete from audit where id = 5) delete from audit_place where line = 5"
                        + " | seal 2 has 2 lines and was made for 3",
                "with l as (delete from audit where id = 11), s as (update audit_seal set lines = 1 where number = 4)"
                        + " delete from audit_place where line = 11 | seal 4 does not match its hash",
                "insert into audit (verdict) values ('allowed') | line 12 was inserted: it has no position in the chain",
                "with l as (insert into audit (verdict) values ('allowed') returning id)"
                        + " insert into audit_place select id, 4, 3, sha256('') from l"
                        + " | seal 4 has 3 lines and was made for 2",
                "with l as (insert into audit (verdict) values ('allowed') returning id)"
                        + " insert into audit_place select id, 9, 1, sha256('') from l"
                        + " | line 12 is under seal 9, which is missing"
            })
    void a_removed_or_inserted_line_is_found_with_its_seal(String change, String finding) throws SQLException {
        auditFixture.run(change);
        assertFound("- " + finding);
    }

    @Test
    void two_swapped_lines_are_both_found() throws SQLException {
        auditFixture.run("update audit a set request_id = b.request_id, project_id = b.project_id, at = b.at"
                + " from audit b where (a.id, b.id) in ((5, 8), (8, 5))");
        assertFound("- line 5 was changed (seal 2, place 2)\n", "- line 8 was changed (seal 3, place 2)\n");
    }

    @ParameterizedTest
    @CsvSource({"4, 5, seal 2 does not match its hash", "4, 10, seal 4 does not match its hash"})
    void two_lines_in_swapped_positions_are_found(int one, int other, String finding) throws SQLException {
        auditFixture.run(
                "update audit_place a set seal = b.seal, place = -b.place from audit_place b where (a.line, b.line) in (("
                        + one + "," + other + "), (" + other + "," + one + "))",
                "update audit_place set place = -place where place < 0");
        assertFound("- " + finding);
    }

    @Test
    void a_line_removed_before_it_was_sealed_is_found() throws SQLException {
        AuditFixture.write(1);
        auditFixture.run("delete from audit where id = 12");
        assertFound("- line 12 was removed before it was sealed\n");
        assertThat(EventWriter.await(sealJob.sealBatch())).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "number = 2 | seal 2 was removed",
                "number in (2, 3) | seals 2 to 3 were removed",
                "number = 1 | seal 1 was removed"
            })
    void a_seal_removed_with_all_its_lines_is_found(String condition, String finding) throws SQLException {
        auditFixture.run(
                "delete from audit where id in (select line from audit_place, audit_seal where seal = number and "
                        + condition + ")",
                "delete from audit_place where seal in (select number from audit_seal where " + condition + ")",
                "delete from audit_seal where " + condition);
        assertFound("- " + finding);
        auditFixture.run("update audit_seal set number = -number", "update audit_place set seal = -seal");
        auditFixture.run(
                "with new as (select number, row_number() over (order by number desc) as next from audit_seal),"
                        + " p as (update audit_place set seal = next from new where seal = number)"
                        + " update audit_seal s set number = next from new where s.number = new.number");
        assertFound("does not continue seal");
    }

    @ParameterizedTest
    @CsvSource({
        "sealed_at = sealed_at + interval '1 microsecond', seal 2 does not match its hash",
        "hash = sha256(''), seal 2 does not match its hash",
        "previous = sha256(''), seal 2 does not continue seal 1",
        "lines = 4, seal 2 has 3 lines and was made for 4"
    })
    void a_changed_seal_is_found(String change, String finding) throws SQLException {
        auditFixture.run("update audit_seal set " + change + " where number = 2");
        assertFound("- " + finding);
    }

    @Test
    void a_forged_seal_is_found_by_the_next_one_even_if_that_is_relinked() throws SQLException {
        auditFixture.run("update audit set subject = 'mallory' where id = 5");
        auditFixture.forgeSeal("2", null);
        assertFound("- seal 3 does not continue seal 2");
        auditFixture.run(
                "update audit_seal set previous = (select hash from audit_seal where number = 2) where number = 3");
        assertFound("- seal 3 does not match its hash");
    }

    /** The chain alone cannot prove this. */
    @Test
    void a_rebuilt_chain_is_found_only_by_an_expected_hash() throws SQLException {
        var earlierCheckpoint = auditFixture.checkpoint(1);
        var expected = auditFixture.checkpoint(3);
        auditFixture.run("update audit set subject = 'mallory' where id = 5");
        auditFixture.forge(2, null);
        assertIntact(AuditFixture.verify());
        assertIntact(AuditFixture.verify("--expect", earlierCheckpoint));
        assertFound(AuditFixture.verify("--expect", expected), "- seal 3 does not have the expected hash");
    }

    @Test
    void a_chain_cut_off_at_the_end_is_found_only_by_an_expected_hash() throws SQLException {
        var expected = auditFixture.checkpoint(4);
        auditFixture.run(
                "delete from audit where id > 9",
                "delete from audit_place where seal = 4",
                "delete from audit_seal where number = 4");
        assertIntact(AuditFixture.verify());
        assertFound(
                AuditFixture.verify("--expect", expected),
                "- seal 4, which was expected, is missing: the chain was cut off after");
    }

    @Test
    void a_chain_cut_off_at_the_start_is_found_by_an_expected_hash() throws SQLException {
        var expected = auditFixture.checkpoint(1);
        auditFixture.run(
                "update audit_anchor a set seal = 2, hash = s.hash, sealed_at = s.sealed_at from audit_seal s"
                        + " where number = 2",
                "delete from audit where id <= 6",
                "delete from audit_place where seal <= 2",
                "delete from audit_seal where number <= 2");
        assertIntact(AuditFixture.verify());
        assertThat(AuditFixture.verify().text()).contains("removed by age: up to seal 2:");
        assertFound(AuditFixture.verify("--expect", expected), "- seal 1, which was expected, is missing");
    }
}
