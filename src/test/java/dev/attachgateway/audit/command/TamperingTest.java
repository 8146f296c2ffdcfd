package dev.attachgateway.audit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.audit.AuditFixture;
import dev.attachgateway.audit.AuditFixture.Said;
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

/** Whoever has the database changes the record past its triggers; the chain tells. Four seals: 1 to 3, 4 to 6, … */
@QuarkusTest
@TestProfile(AuditRetentionProfile.class)
@WithTestResource(PostgresForTests.class)
class TamperingTest {
    private static final int LINES = 11;

    @Inject
    SealJob sealJob;

    private AuditFixture auditFixture;

    @BeforeEach
    void a_sealed_record() throws SQLException {
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

    private static void assertFound(Said said, String... findings) {
        assertThat(said.status()).as(said.text()).isEqualTo(AuditDatabase.EXIT_VERIFICATION_FAILED);
        assertThat(said.text()).contains(findings).contains("NOT WHOLE");
    }

    private static void assertWhole(Said said) {
        assertThat(said.status()).as(said.text()).isEqualTo(AuditDatabase.EXIT_OK);
        assertThat(said.text()).endsWith("whole\n");
    }

    @Test
    void a_record_that_nobody_touched_is_whole() throws SQLException {
        AuditFixture.write(1);
        assertWhole(AuditFixture.verify("--expect", auditFixture.mark(4), "--expect", auditFixture.mark(1)));
        assertThat(AuditFixture.verify().text())
                .startsWith("seals 4, lines 11, not sealed yet 1\nnewest seal " + auditFixture.mark(4) + " of 20");
    }

    @Test
    void each_column_is_covered() throws SQLException {
        var columns = auditFixture.ask("select column_name from information_schema.columns where table_name = 'audit'");
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
            assertWhole(AuditFixture.verify());
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
    void contents_cannot_pass_from_one_column_into_another(String change) throws SQLException {
        auditFixture.run("update audit set " + change + " where id = 11");
        assertFound("- line 11 was changed (seal 4, place 2)\n");
    }

    @Test
    void a_line_with_another_id_is_one_that_was_removed_and_one_that_was_put_in() throws SQLException {
        auditFixture.run("alter table audit alter id drop identity", "update audit set id = 99 where id = 5");
        try {
            assertFound(
                    "- line 5 was removed (seal 2, place 2)\n", "- line 99 was put in: it has no place in the chain\n");
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
                        + " | seal 2 has 2 lines and was made over 3",
                "with l as (delete from audit where id = 11), s as (update audit_seal set lines = 1 where number = 4)"
                        + " delete from audit_place where line = 11 | seal 4 does not fit",
                "insert into audit (verdict) values ('allowed') | line 12 was put in: it has no place in the chain",
                "with l as (insert into audit (verdict) values ('allowed') returning id)"
                        + " insert into audit_place select id, 4, 3, sha256('') from l"
                        + " | seal 4 has 3 lines and was made over 2",
                "with l as (insert into audit (verdict) values ('allowed') returning id)"
                        + " insert into audit_place select id, 9, 1, sha256('') from l"
                        + " | line 12 is under seal 9, which is not there"
            })
    void a_line_that_is_gone_or_one_too_many_is_named_with_its_seal(String change, String finding) throws SQLException {
        auditFixture.run(change);
        assertFound("- " + finding);
    }

    @Test
    void two_lines_that_were_exchanged_are_both_named() throws SQLException {
        auditFixture.run("update audit a set request_id = b.request_id, project_id = b.project_id, at = b.at"
                + " from audit b where (a.id, b.id) in ((5, 8), (8, 5))");
        assertFound("- line 5 was changed (seal 2, place 2)\n", "- line 8 was changed (seal 3, place 2)\n");
    }

    @ParameterizedTest
    @CsvSource({"4, 5, seal 2 does not fit", "4, 10, seal 4 does not fit"})
    void two_lines_in_each_others_place_are_found(int one, int other, String finding) throws SQLException {
        auditFixture.run(
                "update audit_place a set seal = b.seal, place = -b.place from audit_place b where (a.line, b.line) in (("
                        + one + "," + other + "), (" + other + "," + one + "))",
                "update audit_place set place = -place where place < 0");
        assertFound("- " + finding);
    }

    @Test
    void a_line_that_was_removed_before_it_was_sealed_is_found() throws SQLException {
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
    void a_seal_that_is_gone_with_all_its_lines_is_missed(String which, String finding) throws SQLException {
        auditFixture.run(
                "delete from audit where id in (select line from audit_place, audit_seal where seal = number and "
                        + which + ")",
                "delete from audit_place where seal in (select number from audit_seal where " + which + ")",
                "delete from audit_seal where " + which);
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
        "sealed_at = sealed_at + interval '1 microsecond', seal 2 does not fit",
        "hash = sha256(''), seal 2 does not fit",
        "previous = sha256(''), seal 2 does not continue seal 1",
        "lines = 4, seal 2 has 3 lines and was made over 4"
    })
    void a_seal_that_was_changed_is_found(String change, String finding) throws SQLException {
        auditFixture.run("update audit_seal set " + change + " where number = 2");
        assertFound("- " + finding);
    }

    @Test
    void a_seal_that_was_made_anew_is_found_by_the_next_one_even_if_that_is_made_to_point_to_it() throws SQLException {
        auditFixture.run("update audit set subject = 'mallory' where id = 5");
        auditFixture.forgeSeal("2", null);
        assertFound("- seal 3 does not continue seal 2");
        auditFixture.run(
                "update audit_seal set previous = (select hash from audit_seal where number = 2) where number = 3");
        assertFound("- seal 3 does not fit");
    }

    /** This is what the chain by itself cannot show. */
    @Test
    void a_chain_that_was_made_anew_is_found_by_a_seal_that_was_noted_and_by_nothing_else() throws SQLException {
        var before = auditFixture.mark(1);
        var noted = auditFixture.mark(3);
        auditFixture.run("update audit set subject = 'mallory' where id = 5");
        auditFixture.forge(2, null);
        assertWhole(AuditFixture.verify());
        assertWhole(AuditFixture.verify("--expect", before));
        assertFound(AuditFixture.verify("--expect", noted), "- seal 3 is not the one that was noted");
    }

    @Test
    void an_end_that_was_cut_off_is_found_by_a_seal_that_was_noted_and_by_nothing_else() throws SQLException {
        var noted = auditFixture.mark(4);
        auditFixture.run(
                "delete from audit where id > 9",
                "delete from audit_place where seal = 4",
                "delete from audit_seal where number = 4");
        assertWhole(AuditFixture.verify());
        assertFound(
                AuditFixture.verify("--expect", noted),
                "- seal 4, which was noted, is not in the record: it was cut off after");
    }

    @Test
    void a_beginning_that_was_cut_off_as_if_by_age_is_found_by_a_seal_that_was_noted() throws SQLException {
        var noted = auditFixture.mark(1);
        auditFixture.run(
                "update audit_anchor a set seal = 2, hash = s.hash, sealed_at = s.sealed_at from audit_seal s"
                        + " where number = 2",
                "delete from audit where id <= 6",
                "delete from audit_place where seal <= 2",
                "delete from audit_seal where number <= 2");
        assertWhole(AuditFixture.verify());
        assertThat(AuditFixture.verify().text()).contains("removed by age: up to seal 2:");
        assertFound(AuditFixture.verify("--expect", noted), "- seal 1, which was noted, is not in the record");
    }
}
