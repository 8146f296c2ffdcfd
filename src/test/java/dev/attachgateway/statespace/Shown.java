package dev.attachgateway.statespace;

import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.LiteServer;
import dev.attachgateway.operation.TransitionRules;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the disk is, or is shown to be. */
enum Shown {
    FREE(0),
    GOING_TO_FIRST(1),
    ON_FIRST(2),
    GOING_TO_SECOND(3),
    ON_SECOND(4),
    UNREADABLE(5);

    private static final String DISK = "disk";
    private static final Sights FIRST = new Sights("first");
    private static final Sights SECOND = new Sights("second");

    private final int code;

    Shown(int code) {
        this.code = code;
    }

    /** Each of the views as the cloud shows it to whoever asks for one of the servers. */
    private record Sights(String server, List<TransitionRules.Sight> views) {
        Sights(String server) {
            this(
                    server,
                    List.of(FREE, GOING_TO_FIRST, ON_FIRST, GOING_TO_SECOND, ON_SECOND).stream()
                            .map(shown -> sight(server, shown))
                            .toList());
        }

        private static TransitionRules.Sight sight(String server, Shown shown) {
            var holder = shown == ON_FIRST ? "first" : shown == ON_SECOND ? "second" : "";
            var attachments = holder.isEmpty() ? List.<Disk.Attachment>of() : List.of(new Disk.Attachment(holder, "a"));
            var volumes =
                    holder.equals(server) ? List.of(new LiteServer.Volume(DISK, "DATA")) : List.<LiteServer.Volume>of();
            var word = shown == FREE ? Disk.AVAILABLE : holder.isEmpty() ? Disk.ATTACHING : Disk.IN_USE;
            return new TransitionRules.Sight(
                    new LiteServer(server, "RUNNING", "HPS", "HPS", Set.of(server), volumes),
                    new Disk(DISK, word, false, attachments));
        }
    }

    /** What somebody sees who asks for the disk and for the server that the operation is about; empty when unreadable. */
    Optional<TransitionRules.Sight> to(int operation) {
        return this == UNREADABLE
                ? Optional.empty()
                : Optional.of((operation == 0 ? FIRST : SECOND).views().get(code));
    }

    int code() {
        return code;
    }
}
