package dev.attachgateway.disk;

import static dev.attachgateway.problem.type.ProblemType.DISK_NOT_ATTACHED;
import static dev.attachgateway.problem.type.ProblemType.DISK_NOT_FOUND;
import static dev.attachgateway.problem.type.ProblemType.DISK_STATE;
import static dev.attachgateway.problem.type.ProblemType.ROOT_DISK;
import static dev.attachgateway.problem.type.ProblemType.SERVER_NOT_FOUND;
import static dev.attachgateway.problem.type.ProblemType.SERVER_STATE;
import static dev.attachgateway.problem.type.ProblemType.UNSUPPORTED_SERVER_TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.problem.type.ProblemType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The preconditions of a detach, and the cloud states that confirm it or show that it had no effect. */
class DetachRulesTest {
    private static final String ID = "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3";
    private static final String CLOUD_ID = "9d5e2f18-7c40-4d63-b8a2-1f4e6a9c0b57";
    private static final String DISK = "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0";

    private final DetachPreconditions rules = new DetachPreconditions(Set.of("HPS"));

    private static Optional<LiteServer> serverOf(String status, String kind, String... volumes) {
        var listed = List.of(volumes).stream()
                .map(type -> new LiteServer.Volume(DISK, type))
                .toList();
        return Optional.of(new LiteServer(ID, status, kind, kind, Set.of(ID, CLOUD_ID), listed));
    }

    private static Optional<LiteServer> server(String... volumes) {
        return serverOf("RUNNING", "HPS", volumes);
    }

    private static Optional<Disk> disk(String status, String... holders) {
        var attachments = List.of(holders).stream()
                .map(id -> new Disk.Attachment(id, "attachment"))
                .toList();
        return Optional.of(new Disk(DISK, status, false, false, attachments));
    }

    private List<ProblemType> types(Optional<LiteServer> server, Optional<Disk> disk) {
        return rules.violations(server, disk).stream()
                .map(PreconditionViolation::type)
                .toList();
    }

    @Test
    void a_data_disk_that_evs_or_the_server_reports_can_be_detached() {
        assertThat(types(server("DATA"), disk("in-use", CLOUD_ID))).isEmpty();
        assertThat(types(server(), disk("in-use", CLOUD_ID))).isEmpty();
        assertThat(types(server("DATA"), disk("in-use"))).isEmpty();
        assertThat(types(serverOf("STOPPED", "HPS", "DATA"), disk("in-use"))).isEmpty();
    }

    @Test
    void each_violation_has_its_kind() {
        assertThat(types(Optional.empty(), Optional.empty())).containsExactly(SERVER_NOT_FOUND, DISK_NOT_FOUND);
        assertThat(types(server(), disk("available"))).containsExactly(DISK_NOT_ATTACHED);
        assertThat(types(server("ROOT"), disk("in-use", CLOUD_ID))).containsExactly(ROOT_DISK);
        assertThat(types(server("DATA"), disk("detaching", CLOUD_ID))).containsExactly(DISK_STATE);
        assertThat(types(serverOf("STARTING", "BMS", "DATA"), disk("attaching")))
                .containsExactly(UNSUPPORTED_SERVER_TYPE, SERVER_STATE, DISK_STATE);
    }

    @ParameterizedTest
    @CsvSource({
        "available, false, false, true",
        "in-use, false, false, false",
        "available, false, true, false",
        "in-use, true, false, false",
        "detaching, false, false, false"
    })
    void a_detach_is_confirmed_if_neither_evs_nor_the_server_reports_the_disk(
            String status, boolean byEvs, boolean byServer, boolean confirmed) {
        var disk = byEvs ? disk(status, CLOUD_ID) : disk(status);
        assertThat(rules.isConfirmed(byServer ? server("DATA") : server(), disk))
                .isEqualTo(confirmed);
    }

    @Test
    void without_the_server_only_an_available_disk_confirms_a_detach() {
        assertThat(rules.isConfirmed(Optional.empty(), disk("available"))).isTrue();
        assertThat(rules.isConfirmed(Optional.empty(), disk("in-use", CLOUD_ID)))
                .isFalse();
        assertThat(rules.isConfirmed(server(), Optional.empty())).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "in-use, true, true, true",
        "in-use, true, false, false",
        "in-use, false, true, false",
        "detaching, true, true, false",
        "available, false, false, false"
    })
    void a_disk_that_evs_and_the_server_still_report_is_unchanged(
            String status, boolean byEvs, boolean byServer, boolean unchanged) {
        var disk = byEvs ? disk(status, CLOUD_ID) : disk(status);
        assertThat(rules.isUnchanged(byServer ? server("DATA") : server(), disk, List.of()))
                .isEqualTo(unchanged);
    }
}
