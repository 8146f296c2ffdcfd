package dev.attachgateway.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The location of a disk is derived from EVS and the server, and unclear when they contradict each other. */
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
        "in-use, ecs, true, ON_THIS_SERVER",
        "in-use, ecs, false, ON_THIS_SERVER",
        "in-use, -, true, ON_THIS_SERVER",
        "in-use, other ecs, false, ON_THIS_SERVER",
        "error, ecs, true, ON_THIS_SERVER",
        "available, -, false, NOT_ATTACHED",
        "error, -, false, NOT_ATTACHED",
        "in-use, other, false, ON_OTHER_SERVER",
        "error, other, false, ON_OTHER_SERVER",
        "available, -, true, UNCLEAR",
        "available, ecs, false, UNCLEAR",
        "available, other, false, UNCLEAR",
        "in-use, -, false, UNCLEAR",
        "attaching, -, false, UNCLEAR",
        "attaching, other, false, UNCLEAR",
        "detaching, ecs, true, UNCLEAR",
        "detaching, other, false, UNCLEAR",
    })
    void the_location_is_unclear_when_evs_and_the_server_contradict(
            String status, String holders, boolean listed, DiskLocation diskLocation) {
        assertThat(DiskLocation.of(server(listed), disk(status, holders))).isEqualTo(diskLocation);
    }

    @Test
    void missing_servers_and_disks_have_their_own_location() {
        assertThat(DiskLocation.of(Optional.empty(), disk("in-use", "other"))).isEqualTo(DiskLocation.SERVER_NOT_FOUND);
        assertThat(DiskLocation.of(server(true), Optional.empty())).isEqualTo(DiskLocation.DISK_NOT_FOUND);
    }
}
