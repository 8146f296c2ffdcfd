package dev.attachgateway.operation.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.LiteServer;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.ReconciliationFinding;
import dev.attachgateway.operation.precondition.CloudStateReader;
import dev.attachgateway.operation.recovery.ReconciliationVerdict.LaterOperations;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The judgement about an operation that has ended. */
class ReconciliationVerdictTest {
    private static final LaterOperations NOTHING = new LaterOperations(false, false, false);

    private static CloudStateReader.CloudState sight(String where, boolean shareable) {
        var holders = switch (where) {
            case "here" -> List.of(new Disk.Attachment("server", "a"));
            case "elsewhere" -> List.of(new Disk.Attachment("other", "b"));
            default -> List.<Disk.Attachment>of();
        };
        var status = where.equals("moving") ? "detaching" : holders.isEmpty() ? "available" : "in-use";
        var server = new LiteServer("server", "RUNNING", "HPS", "HPS", Set.of("server"), List.of());
        return new CloudStateReader.CloudState(
                where.equals("no server") ? Optional.empty() : Optional.of(server),
                where.equals("no disk") ? Optional.empty() : Optional.of(new Disk("disk", status, shareable, holders)));
    }

    private static ReconciliationVerdict judge(
            Operation.Type type, boolean succeeded, LaterOperations later, String where) {
        return ReconciliationVerdict.evaluate(type, succeeded, later, Optional.of(sight(where, false)));
    }

    @ParameterizedTest(name = "{0}, succeeded {1}, disk {2}: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            ATTACH | true  | here      | AS_BELIEVED
            ATTACH | true  | nowhere   | CONTRADICTED
            ATTACH | true  | elsewhere | CONTRADICTED
            ATTACH | true  | no server | CONTRADICTED
            ATTACH | true  | no disk   | CONTRADICTED
            ATTACH | true  | moving    | UNCLEAR
            ATTACH | false | here      | CONTRADICTED
            ATTACH | false | nowhere   | AS_BELIEVED
            ATTACH | false | elsewhere | AS_BELIEVED
            ATTACH | false | no server | AS_BELIEVED
            ATTACH | false | no disk   | AS_BELIEVED
            ATTACH | false | moving    | UNCLEAR
            DETACH | true  | here      | CONTRADICTED
            DETACH | true  | nowhere   | AS_BELIEVED
            DETACH | true  | elsewhere | AS_BELIEVED
            DETACH | true  | no server | AS_BELIEVED
            DETACH | true  | no disk   | AS_BELIEVED
            DETACH | true  | moving    | UNCLEAR
            DETACH | false | here      | AS_BELIEVED
            DETACH | false | nowhere   | CONTRADICTED
            DETACH | false | elsewhere | CONTRADICTED
            DETACH | false | no server | AS_BELIEVED
            DETACH | false | no disk   | AS_BELIEVED
            DETACH | false | moving    | UNCLEAR
            """)
    void what_the_cloud_shows_is_held_against_the_end(
            Operation.Type type, boolean succeeded, String where, ReconciliationFinding finding) {
        var judged = judge(type, succeeded, NOTHING, where);
        assertThat(judged.finding()).isEqualTo(finding);
        if (finding == ReconciliationFinding.CONTRADICTED) {
            assertThat(judged.drift()).endsWith(".");
        } else {
            assertThat(judged.drift()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Operation.Type.class)
    void what_cannot_be_seen_contradicts_nothing(Operation.Type type) {
        for (var succeeded : new boolean[] {true, false}) {
            assertThat(ReconciliationVerdict.evaluate(type, succeeded, NOTHING, Optional.empty()))
                    .isEqualTo(new ReconciliationVerdict(ReconciliationFinding.UNCLEAR, null));
        }
    }

    @ParameterizedTest
    @EnumSource(Operation.Type.class)
    void nothing_is_said_while_another_operation_has_the_disk(Operation.Type type) {
        var later = new LaterOperations(true, true, true);
        for (var where : List.of("here", "nowhere", "elsewhere", "no disk")) {
            assertThat(judge(type, true, later, where).finding()).isEqualTo(ReconciliationFinding.IN_HAND);
        }
    }

    @ParameterizedTest
    @EnumSource(Operation.Type.class)
    void a_later_operation_on_the_same_server_explains_whatever_is_seen(Operation.Type type) {
        var later = new LaterOperations(false, true, false);
        for (var where : List.of("here", "nowhere", "elsewhere", "no disk")) {
            assertThat(judge(type, true, later, where).finding()).isEqualTo(ReconciliationFinding.EXPLAINED);
            assertThat(judge(type, false, later, where).finding()).isEqualTo(ReconciliationFinding.EXPLAINED);
        }
    }

    @Test
    void a_later_attach_elsewhere_explains_that_a_disk_has_left_and_not_that_it_has_come() {
        var later = new LaterOperations(false, false, true);
        assertThat(judge(Operation.Type.ATTACH, true, later, "elsewhere").finding())
                .isEqualTo(ReconciliationFinding.EXPLAINED);
        assertThat(judge(Operation.Type.ATTACH, false, later, "here").finding())
                .isEqualTo(ReconciliationFinding.CONTRADICTED);
        assertThat(judge(Operation.Type.DETACH, true, later, "here").finding())
                .isEqualTo(ReconciliationFinding.CONTRADICTED);
    }

    @Test
    void a_later_attach_of_a_shareable_disk_elsewhere_does_not_explain_that_it_has_left() {
        var later = new LaterOperations(false, false, true);
        assertThat(ReconciliationVerdict.evaluate(
                                Operation.Type.ATTACH, true, later, Optional.of(sight("elsewhere", true)))
                        .finding())
                .isEqualTo(ReconciliationFinding.CONTRADICTED);
    }
}
