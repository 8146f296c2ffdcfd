package dev.attachgateway.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a disk is, as two witnesses tell it that need not agree. */
class PresenceTest {
    private static Optional<Disk> disk(String status, String holders) {
        var attachments = Arrays.stream(holders.split(" "))
                .filter(holder -> !holder.equals("-"))
                .map(holder -> new Disk.Attachment(holder, "of-" + holder))
                .toList();
        return Optional.of(new Disk("disk", status, false, attachments));
    }

    private static Optional<LiteServer> server(boolean lists) {
        List<LiteServer.Volume> volumes = lists ? List.of(new LiteServer.Volume("disk", "DATA")) : List.of();
        return Optional.of(new LiteServer("server", "RUNNING", "HPS", "HPS", Set.of("server", "ecs"), volumes));
    }

    @ParameterizedTest
    @CsvSource({
        "in-use, ecs, true, HERE",
        "in-use, ecs, false, HERE",
        "in-use, -, true, HERE",
        "in-use, other ecs, false, HERE",
        "error, ecs, true, HERE",
        "available, -, false, NOWHERE",
        "error, -, false, NOWHERE",
        "in-use, other, false, ELSEWHERE",
        "error, other, false, ELSEWHERE",
        "available, -, true, UNCLEAR",
        "available, ecs, false, UNCLEAR",
        "available, other, false, UNCLEAR",
        "in-use, -, false, UNCLEAR",
        "attaching, -, false, UNCLEAR",
        "attaching, other, false, UNCLEAR",
        "detaching, ecs, true, UNCLEAR",
        "detaching, other, false, UNCLEAR",
    })
    void a_disk_is_somewhere_only_as_far_as_nothing_speaks_against_it(
            String status, String holders, boolean listed, DiskLocation diskLocation) {
        assertThat(DiskLocation.of(server(listed), disk(status, holders))).isEqualTo(diskLocation);
    }

    @Test
    void what_the_cloud_does_not_know_is_said_to_be_unknown() {
        assertThat(DiskLocation.of(Optional.empty(), disk("in-use", "other"))).isEqualTo(DiskLocation.SERVER_NOT_FOUND);
        assertThat(DiskLocation.of(server(true), Optional.empty())).isEqualTo(DiskLocation.DISK_NOT_FOUND);
    }
}
