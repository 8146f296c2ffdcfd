package dev.attachgateway.disk;

import static dev.attachgateway.problem.type.ProblemType.DISK_IN_USE;
import static dev.attachgateway.problem.type.ProblemType.DISK_NOT_FOUND;
import static dev.attachgateway.problem.type.ProblemType.DISK_STATE;
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
import org.junit.jupiter.params.provider.ValueSource;

/** The preconditions of an attach, and the cloud states that confirm it or show that it had no effect. */
class AttachRulesTest {
    private static final String ID = "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3";
    private static final String CLOUD_ID = "9d5e2f18-7c40-4d63-b8a2-1f4e6a9c0b57";
    private static final String OTHER_SERVER = "d23f0824-128b-4f33-8c5c-7fd0a6a3a450";
    private static final String DISK = "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0";

    private final AttachPreconditions rules = new AttachPreconditions(Set.of("HPS"), false);
    private final AttachPreconditions sharing = new AttachPreconditions(Set.of("HPS"), true);

    private static LiteServer server(String status, String type, String category, String... disks) {
        var volumes = List.of(disks).stream()
                .map(id -> new LiteServer.Volume(id, "DATA"))
                .toList();
        return new LiteServer(ID, status, type, category, Set.of(ID, CLOUD_ID), volumes);
    }

    private static LiteServer server() {
        return server("RUNNING", "HPS", "HPS");
    }

    private static Disk disk(String status, boolean shareable, String... holders) {
        var attachments = List.of(holders).stream()
                .map(id -> new Disk.Attachment(id, "attachment"))
                .toList();
        return new Disk(DISK, status, shareable, false, attachments);
    }

    private static List<ProblemType> types(AttachPreconditions rules, LiteServer server, Disk disk) {
        return rules.violations(Optional.of(server), Optional.of(disk)).stream()
                .map(PreconditionViolation::type)
                .toList();
    }

    @Test
    void an_available_disk_and_a_ready_server_of_a_supported_type_have_no_violation() {
        assertThat(types(rules, server(), disk("available", false))).isEmpty();
        assertThat(types(rules, server("STOPPED", "HPS", "HPS"), disk("available", true)))
                .isEmpty();
    }

    @Test
    void missing_servers_and_disks_cause_no_further_violations() {
        assertThat(rules.violations(Optional.empty(), Optional.empty()).stream().map(PreconditionViolation::type))
                .containsExactly(SERVER_NOT_FOUND, DISK_NOT_FOUND);
        assertThat(rules.violations(Optional.of(server()), Optional.empty()).stream()
                        .map(PreconditionViolation::type))
                .containsExactly(DISK_NOT_FOUND);
        assertThat(rules.violations(Optional.empty(), Optional.of(disk("available", false))).stream()
                        .map(PreconditionViolation::type))
                .containsExactly(SERVER_NOT_FOUND);
    }

    @ParameterizedTest
    @CsvSource({
        "HPS, SERVER, true",
        "ECS, HPS, true",
        "hps, SERVER, true",
        "ECS, Hps, true",
        "HPS, HPS, true",
        "BMS, SERVER, false",
        "ECS, SPOD, false"
    })
    void the_server_type_matches_by_type_or_category(String type, String category, boolean isSupported) {
        assertThat(types(rules, server("RUNNING", type, category), disk("available", false))
                        .isEmpty())
                .isEqualTo(isSupported);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE_FAILED",
                "CREATING",
                "DELETED",
                "DELETE_FAILED",
                "DELETING",
                "ERROR",
                "STARTING",
                "START_FAILED",
                "STOPPING",
                "STOP_FAILED",
                "REBOOTING",
                "REBOOT_FAILED",
                "CHANGINGOS",
                "CHANGINGOS_FAILED",
                "REINSTALLINGOS",
                "REINSTALLINGOS_FAILED",
                "SOMETHING_NEW",
                ""
            })
    void a_server_that_is_neither_running_nor_stopped_is_a_violation(String status) {
        assertThat(types(rules, server(status, "HPS", "HPS"), disk("available", false)))
                .containsExactly(SERVER_STATE);
    }

    @Test
    void a_disk_in_use_is_allowed_only_when_it_is_shareable_and_sharing_is_enabled() {
        assertThat(types(rules, server(), disk("in-use", false, OTHER_SERVER))).containsExactly(DISK_IN_USE);
        assertThat(types(rules, server(), disk("in-use", true, OTHER_SERVER))).containsExactly(DISK_IN_USE);
        assertThat(types(sharing, server(), disk("in-use", false, OTHER_SERVER)))
                .containsExactly(DISK_IN_USE);
        assertThat(types(sharing, server(), disk("in-use", true, OTHER_SERVER))).isEmpty();
    }

    @Test
    void violations_are_sorted_by_precedence() {
        assertThat(types(rules, server("STARTING", "BMS", "SERVER"), disk("error", false)))
                .containsExactly(UNSUPPORTED_SERVER_TYPE, SERVER_STATE, DISK_STATE);
    }

    @ParameterizedTest
    @CsvSource({
        "available, false, false, true",
        "available, false, true, false",
        "attaching, false, false, false",
        "in-use, false, false, false",
        "in-use, true, false, true",
        "error, false, false, false"
    })
    void a_disk_with_the_same_attachments_as_before_is_unchanged(
            String status, boolean wasAttached, boolean byServer, boolean unchanged) {
        var disk = wasAttached ? disk(status, true, OTHER_SERVER) : disk(status, false);
        var server = byServer ? server("RUNNING", "HPS", "HPS", DISK) : server();
        assertThat(sharing.isUnchanged(Optional.of(server), Optional.of(disk), disk.attachments()))
                .isEqualTo(unchanged);
        assertThat(sharing.isUnchanged(Optional.of(server), Optional.empty(), List.of()))
                .isFalse();
    }

    @Test
    void an_additional_attachment_is_a_change() {
        var disk = disk("in-use", true, OTHER_SERVER, "aaaaaaaa-128b-4f33-8c5c-7fd0a6a3a450");
        var before = List.of(disk.attachments().getFirst());
        assertThat(sharing.isUnchanged(Optional.of(server()), Optional.of(disk), before))
                .isFalse();
    }
}
