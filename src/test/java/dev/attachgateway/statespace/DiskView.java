package dev.attachgateway.statespace;

import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.LiteServer;
import dev.attachgateway.operation.TransitionRules;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The location of the disk, actual or as the cloud shows it. */
enum DiskView {
    FREE(0),
    GOING_TO_FIRST(1),
    ON_FIRST(2),
    GOING_TO_SECOND(3),
    ON_SECOND(4),
    UNREADABLE(5);

    private static final String DISK = "disk";
    private static final ServerViews FIRST = new ServerViews("first");
    private static final ServerViews SECOND = new ServerViews("second");

    private final int code;

    DiskView(int code) {
        this.code = code;
    }

    /** The responses of the cloud for one server and the disk, one for each location. */
    private record ServerViews(String server, List<TransitionRules.CloudView> views) {
        ServerViews(String server) {
            this(
                    server,
                    List.of(FREE, GOING_TO_FIRST, ON_FIRST, GOING_TO_SECOND, ON_SECOND).stream()
                            .map(shown -> cloudView(server, shown))
                            .toList());
        }

        private static TransitionRules.CloudView cloudView(String server, DiskView shown) {
            var attachedTo = shown == ON_FIRST ? "first" : shown == ON_SECOND ? "second" : "";
            var attachments =
                    attachedTo.isEmpty() ? List.<Disk.Attachment>of() : List.of(new Disk.Attachment(attachedTo, "a"));
            var volumes = attachedTo.equals(server)
                    ? List.of(new LiteServer.Volume(DISK, "DATA"))
                    : List.<LiteServer.Volume>of();
            var status = shown == FREE ? Disk.AVAILABLE : attachedTo.isEmpty() ? "attaching" : Disk.IN_USE;
            return new TransitionRules.CloudView(
                    new LiteServer(server, "RUNNING", "HPS", "HPS", Set.of(server), volumes),
                    new Disk(DISK, status, false, false, attachments));
        }
    }

    /** The cloud's response for the disk and the operation's server; empty if unreadable. */
    Optional<TransitionRules.CloudView> forOperation(int operation) {
        return this == UNREADABLE
                ? Optional.empty()
                : Optional.of((operation == 0 ? FIRST : SECOND).views().get(code));
    }

    int code() {
        return code;
    }
}
