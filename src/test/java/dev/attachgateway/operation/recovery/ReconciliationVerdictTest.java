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

/** Proves the verdict on an ended operation for each state of the cloud and each later operation. */
class ReconciliationVerdictTest {
    private static final LaterOperations NO_LATER_OPERATIONS = new LaterOperations(false, false, false);

    private static CloudStateReader.CloudState cloudState(String where, boolean shareable) {
        var attachments = switch (where) {
            case "here" -> List.of(new Disk.Attachment("server", "a"));
            case "elsewhere" -> List.of(new Disk.Attachment("other", "b"));
            default -> List.<Disk.Attachment>of();
        };
        var status = where.equals("moving") ? "detaching" : attachments.isEmpty() ? "available" : "in-use";
        var server = new LiteServer("server", "RUNNING", "HPS", "HPS", Set.of("server"), List.of());
        return new CloudStateReader.CloudState(
                where.equals("no server") ? Optional.empty() : Optional.of(server),
                where.equals("no disk")
                        ? Optional.empty()
                        : Optional.of(new Disk("disk", status, shareable, false, attachments)));
    }

    private static ReconciliationVerdict evaluate(
            Operation.Type type, boolean succeeded, LaterOperations later, String where) {
        return ReconciliationVerdict.evaluate(type, succeeded, later, Optional.of(cloudState(where, false)));
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
    void the_cloud_state_is_compared_with_the_outcome(
            Operation.Type type, boolean succeeded, String where, ReconciliationFinding finding) {
        var verdict = evaluate(type, succeeded, NO_LATER_OPERATIONS, where);
        assertThat(verdict.finding()).isEqualTo(finding);
        if (finding == ReconciliationFinding.CONTRADICTED) {
            assertThat(verdict.drift()).endsWith(".");
        } else {
            assertThat(verdict.drift()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Operation.Type.class)
    void an_unreadable_cloud_state_is_unclear(Operation.Type type) {
        for (var succeeded : new boolean[] {true, false}) {
            assertThat(ReconciliationVerdict.evaluate(type, succeeded, NO_LATER_OPERATIONS, Optional.empty()))
                    .isEqualTo(new ReconciliationVerdict(ReconciliationFinding.UNCLEAR, null));
        }
    }

    @ParameterizedTest
    @EnumSource(Operation.Type.class)
    void there_is_no_verdict_while_another_operation_reserves_the_disk(Operation.Type type) {
        var later = new LaterOperations(true, true, true);
        for (var where : List.of("here", "nowhere", "elsewhere", "no disk")) {
            assertThat(evaluate(type, true, later, where).finding()).isEqualTo(ReconciliationFinding.IN_HAND);
        }
    }

    @ParameterizedTest
    @EnumSource(Operation.Type.class)
    void a_later_operation_on_the_same_server_explains_every_cloud_state(Operation.Type type) {
        var later = new LaterOperations(false, true, false);
        for (var where : List.of("here", "nowhere", "elsewhere", "no disk")) {
            assertThat(evaluate(type, true, later, where).finding()).isEqualTo(ReconciliationFinding.EXPLAINED);
            assertThat(evaluate(type, false, later, where).finding()).isEqualTo(ReconciliationFinding.EXPLAINED);
        }
    }

    @Test
    void a_later_attach_elsewhere_explains_a_missing_disk_and_not_a_present_one() {
        var later = new LaterOperations(false, false, true);
        assertThat(evaluate(Operation.Type.ATTACH, true, later, "elsewhere").finding())
                .isEqualTo(ReconciliationFinding.EXPLAINED);
        assertThat(evaluate(Operation.Type.ATTACH, false, later, "here").finding())
                .isEqualTo(ReconciliationFinding.CONTRADICTED);
        assertThat(evaluate(Operation.Type.DETACH, true, later, "here").finding())
                .isEqualTo(ReconciliationFinding.CONTRADICTED);
    }

    @Test
    void a_later_attach_elsewhere_does_not_explain_a_missing_shareable_disk() {
        var later = new LaterOperations(false, false, true);
        assertThat(ReconciliationVerdict.evaluate(
                                Operation.Type.ATTACH, true, later, Optional.of(cloudState("elsewhere", true)))
                        .finding())
                .isEqualTo(ReconciliationFinding.CONTRADICTED);
    }
}
