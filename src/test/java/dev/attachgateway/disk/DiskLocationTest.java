package dev.attachgateway.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.problem.type.ProblemType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Proves that every decision about a disk follows one judgement of where it is, over all statuses of EVS, attachments and
 * server lists.
 */
class DiskLocationTest {
    private static final String DISK = "disk";
    private static final String SERVER = "server";

    /** The documented statuses (EVS API reference, "EVS Disk Status"), others of OpenStack, and words that nobody knows. */
    private static final List<String> STATUSES = List.of(
            "available",
            "in-use",
            "IN-USE",
            "Available",
            "creating",
            "error",
            "attaching",
            "detaching",
            "restoring-backup",
            "backing-up",
            "error_restoring",
            "uploading",
            "downloading",
            "extending",
            "error_extending",
            "deleting",
            "error_deleting",
            "rollbacking",
            "error_rollbacking",
            "awaiting-transfer",
            "error_detaching",
            "reserved",
            "maintenance",
            "retyping",
            "in_use",
            "in-use ",
            "");

    /** The ids in the disk's attachments: this server's, one of another server of the project, and one that nobody knows. */
    private static final List<List<String>> ATTACHMENTS = List.of(
            List.of(),
            List.of(SERVER),
            List.of("ecs"),
            List.of("other"),
            List.of("unknown"),
            List.of("ecs", "other"),
            List.of("other", "ecs"),
            List.of("ecs", "unknown"),
            List.of("other", "unknown"));

    /** How the server's own list shows the disk. */
    private enum Listed {
        NOT,
        DATA,
        ROOT
    }

    /** One view of the cloud. */
    private record View(String status, List<String> attachments, Listed listed, boolean shareable, boolean bootable) {
        Optional<Disk> disk() {
            return Optional.of(new Disk(
                    DISK,
                    status,
                    shareable,
                    bootable,
                    attachments.stream()
                            .map(id -> new Disk.Attachment(id, "of-" + id))
                            .toList()));
        }

        Optional<LiteServer> server() {
            List<LiteServer.Volume> volumes = listed == Listed.NOT
                    ? List.of(new LiteServer.Volume("another-disk", "DATA"))
                    : List.of(new LiteServer.Volume(DISK, listed.name()));
            return Optional.of(new LiteServer(SERVER, "RUNNING", "HPS", "HPS", Set.of(SERVER, "ecs"), volumes)
                    .withIdsOfOthers(Set.of("other", "third")));
        }

        /** The judgement as the design states it, one rule after the other. */
        DiskLocation expected() {
            var inUse = status.equalsIgnoreCase("in-use");
            var available = status.equalsIgnoreCase("available");
            var named = attachments.contains(SERVER) || attachments.contains("ecs");
            var knownOther = attachments.contains("other");
            var isListed = listed != Listed.NOT;
            var here = inUse && (named || (isListed && !knownOther));
            var free = available && attachments.isEmpty() && !isListed;
            var elsewhere = inUse && !attachments.isEmpty() && !named && !isListed;
            assertThat(List.of(here, free, elsewhere).stream().filter(it -> it).count())
                    .as("rules that apply to %s", this)
                    .isLessThanOrEqualTo(1);
            return here
                    ? DiskLocation.ON_THIS_SERVER
                    : free
                            ? DiskLocation.NOT_ATTACHED
                            : elsewhere ? DiskLocation.ON_OTHER_SERVER : DiskLocation.UNCLEAR;
        }
    }

    private static List<View> views() {
        var views = new ArrayList<View>();
        for (var status : STATUSES) {
            for (var attachments : ATTACHMENTS) {
                for (var listed : Listed.values()) {
                    for (var shareable : new boolean[] {false, true}) {
                        for (var bootable : new boolean[] {false, true}) {
                            views.add(new View(status, attachments, listed, shareable, bootable));
                        }
                    }
                }
            }
        }
        return views;
    }

    private static List<ProblemType> types(List<PreconditionViolation> violations) {
        return violations.stream().map(PreconditionViolation::type).toList();
    }

    @Test
    void the_location_follows_from_status_attachments_and_the_servers_list() {
        assertThat(views())
                .hasSize(2_916)
                .allSatisfy(view -> assertThat(DiskLocation.of(view.server(), view.disk()))
                        .as("%s", view)
                        .isEqualTo(view.expected()));
        var seen = new HashSet<DiskLocation>();
        views().forEach(view -> seen.add(view.expected()));
        assertThat(seen).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void only_a_free_disk_may_be_attached_and_a_shared_one_that_is_elsewhere(boolean allowShared) {
        var attach = new AttachPreconditions(Set.of("HPS"), allowShared);
        for (var view : views()) {
            var expected = switch (view.expected()) {
                case ON_THIS_SERVER -> List.of(ProblemType.DISK_ALREADY_ATTACHED);
                case NOT_ATTACHED -> List.of();
                case ON_OTHER_SERVER -> allowShared && view.shareable() ? List.of() : List.of(ProblemType.DISK_IN_USE);
                default -> List.of(ProblemType.DISK_STATE);
            };
            assertThat(types(attach.violations(view.server(), view.disk())))
                    .as("%s", view)
                    .isEqualTo(expected);
        }
    }

    @Test
    void only_a_disk_on_this_server_that_is_not_its_system_disk_may_be_detached() {
        var detach = new DetachPreconditions(Set.of("HPS"));
        for (var view : views()) {
            var maybeSystemDisk = view.listed() == Listed.ROOT
                    || (view.expected() == DiskLocation.ON_THIS_SERVER
                            && view.bootable()
                            && view.listed() == Listed.NOT);
            var expected = maybeSystemDisk
                    ? List.of(ProblemType.ROOT_DISK)
                    : switch (view.expected()) {
                        case ON_THIS_SERVER -> List.of();
                        case NOT_ATTACHED, ON_OTHER_SERVER -> List.of(ProblemType.DISK_NOT_ATTACHED);
                        default -> List.of(ProblemType.DISK_STATE);
                    };
            assertThat(types(detach.violations(view.server(), view.disk())))
                    .as("%s", view)
                    .isEqualTo(expected);
        }
    }

    @Test
    void an_attach_is_confirmed_only_on_this_server_and_a_detach_only_away_from_it() {
        var attach = new AttachPreconditions(Set.of("HPS"), true);
        var detach = new DetachPreconditions(Set.of("HPS"));
        for (var view : views()) {
            assertThat(attach.isConfirmed(view.server(), view.disk()))
                    .as("attach %s", view)
                    .isEqualTo(view.expected() == DiskLocation.ON_THIS_SERVER);
            assertThat(detach.isConfirmed(view.server(), view.disk()))
                    .as("detach %s", view)
                    .isEqualTo(view.expected() == DiskLocation.NOT_ATTACHED
                            || view.expected() == DiskLocation.ON_OTHER_SERVER);
        }
    }

    @Test
    void an_attach_had_no_effect_only_on_a_free_disk_or_a_shared_one_with_the_same_attachments() {
        var attach = new AttachPreconditions(Set.of("HPS"), true);
        for (var view : views()) {
            var attachments = view.disk().orElseThrow().attachments();
            assertThat(attach.isUnchanged(view.server(), view.disk(), List.of()))
                    .as("from a free disk to %s", view)
                    .isEqualTo(view.expected() == DiskLocation.NOT_ATTACHED);
            assertThat(attach.isUnchanged(view.server(), view.disk(), attachments))
                    .as("still %s", view)
                    .isEqualTo(view.expected() == DiskLocation.NOT_ATTACHED
                            || (view.shareable() && view.expected() == DiskLocation.ON_OTHER_SERVER));
            assertThat(attach.isUnchanged(
                            view.server(), view.disk(), List.of(new Disk.Attachment("another", "earlier"))))
                    .as("from another attachment to %s", view)
                    .isFalse();
        }
    }

    @Test
    void a_detach_had_no_effect_only_while_evs_names_the_server_and_the_server_lists_the_disk() {
        var detach = new DetachPreconditions(Set.of("HPS"));
        for (var view : views()) {
            var named =
                    view.attachments().contains(SERVER) || view.attachments().contains("ecs");
            assertThat(detach.isUnchanged(view.server(), view.disk(), List.of()))
                    .as("%s", view)
                    .isEqualTo(view.status().equalsIgnoreCase("in-use") && named && view.listed() != Listed.NOT);
        }
    }

    @Test
    void no_read_is_both_the_effect_and_the_absence_of_an_effect() {
        var attach = new AttachPreconditions(Set.of("HPS"), true);
        var detach = new DetachPreconditions(Set.of("HPS"));
        for (var view : views()) {
            for (var preconditions : List.of(attach, detach)) {
                assertThat(preconditions.isConfirmed(view.server(), view.disk())
                                && preconditions.isUnchanged(
                                        view.server(),
                                        view.disk(),
                                        view.disk().orElseThrow().attachments()))
                        .as("%s", view)
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Listed.class)
    void a_missing_server_or_disk_has_its_own_location(Listed listed) {
        var view = new View("in-use", List.of("other"), listed, false, false);
        assertThat(DiskLocation.of(Optional.empty(), view.disk())).isEqualTo(DiskLocation.SERVER_NOT_FOUND);
        assertThat(DiskLocation.of(view.server(), Optional.empty())).isEqualTo(DiskLocation.DISK_NOT_FOUND);
        assertThat(DiskLocation.of(Optional.empty(), new View("attaching", List.of(), listed, false, false).disk()))
                .isEqualTo(DiskLocation.UNCLEAR);
    }

    @Test
    void the_message_about_an_unclear_location_names_no_other_server() {
        var attach = new AttachPreconditions(Set.of("HPS"), false);
        for (var view : views()) {
            assertThat(attach.violations(view.server(), view.disk()))
                    .allSatisfy(violation -> assertThat(violation.message())
                            .doesNotContain("unknown", "other,", "third")
                            .endsWith("."));
        }
        var unclear = new View("error", List.of("ecs"), Listed.DATA, false, false);
        assertThat(attach.violations(unclear.server(), unclear.disk())
                        .getFirst()
                        .message())
                .isEqualTo("EVS shows the disk as error, on this server; the server lists it. It must be available and"
                        + " on no server.");
    }
}
