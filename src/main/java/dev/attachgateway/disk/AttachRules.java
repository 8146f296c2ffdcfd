package dev.attachgateway.disk;

import static dev.attachgateway.disk.Objection.Kind.DISK_ALREADY_HERE;
import static dev.attachgateway.disk.Objection.Kind.DISK_IN_USE;
import static dev.attachgateway.disk.Objection.Kind.DISK_NOT_FOUND;
import static dev.attachgateway.disk.Objection.Kind.DISK_STATE;
import static dev.attachgateway.disk.Objection.Kind.SERVER_KIND;
import static dev.attachgateway.disk.Objection.Kind.SERVER_NOT_FOUND;
import static dev.attachgateway.disk.Objection.Kind.SERVER_STATE;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What has to be true of a server and a disk before the one is attached to the other.
 *
 * @param kinds the types or categories of server that take disks; the cloud documents "only A3" and no field says so
 * @param shared whether a shareable disk that is in use elsewhere may be attached once more
 */
public record AttachRules(Set<String> kinds, boolean shared) {
    public AttachRules {
        kinds = Set.copyOf(kinds);
    }

    /**
     * Everything that speaks against the attach, gravest first; empty when nothing does.
     *
     * @param server empty when the cloud knows no such server
     * @param disk empty when the cloud knows no such disk
     */
    public List<Objection> objections(Optional<Server> server, Optional<Disk> disk) {
        return Stream.of(
                        server.isEmpty() ? object(SERVER_NOT_FOUND, "The cloud knows no such server.") : none(),
                        disk.isEmpty() ? object(DISK_NOT_FOUND, "The cloud knows no such disk.") : none(),
                        server.flatMap(this::kind),
                        server.flatMap(this::state),
                        disk.flatMap(it -> use(server, it)))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Objection::kind))
                .toList();
    }

    /** Whether the cloud shows the attach as done: the disk has settled, and one of the two names the other. */
    public static boolean confirmed(Server server, Disk disk) {
        return !disk.is(Disk.AVAILABLE) && !disk.is(Disk.ATTACHING) && server.holds(disk);
    }

    private Optional<Objection> kind(Server server) {
        if (server.isOf(kinds)) {
            return none();
        }
        return object(
                SERVER_KIND,
                "The server is of type " + server.type() + ", category " + server.category()
                        + "; disks can be attached to " + String.join(", ", kinds) + " only.");
    }

    private Optional<Objection> state(Server server) {
        if (server.isReady()) {
            return none();
        }
        return object(SERVER_STATE, "The server is " + server.status() + "; it has to be RUNNING or STOPPED.");
    }

    private Optional<Objection> use(Optional<Server> server, Disk disk) {
        if (server.isPresent() && server.get().holds(disk)) {
            return object(DISK_ALREADY_HERE, "The disk is attached to this server already.");
        }
        if (disk.is(Disk.AVAILABLE)) {
            return none();
        }
        if (!disk.is(Disk.IN_USE)) {
            return object(DISK_STATE, "The disk is " + disk.status() + "; it has to be available.");
        }
        if (!disk.shareable()) {
            return object(DISK_IN_USE, "The disk is in use and is not shareable.");
        }
        return shared
                ? none()
                : object(
                        DISK_IN_USE,
                        "The disk is in use; this gateway attaches a shareable disk to one server at a time.");
    }

    private static Optional<Objection> object(Objection.Kind kind, String message) {
        return Optional.of(new Objection(kind, message));
    }

    private static Optional<Objection> none() {
        return Optional.empty();
    }
}
