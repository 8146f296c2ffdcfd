package dev.attachgateway.disk;

import static dev.attachgateway.disk.Objection.Kind.DISK_NOT_FOUND;
import static dev.attachgateway.disk.Objection.Kind.SERVER_KIND;
import static dev.attachgateway.disk.Objection.Kind.SERVER_NOT_FOUND;
import static dev.attachgateway.disk.Objection.Kind.SERVER_STATE;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** What is asked of a server whichever way the disk goes, and in which order objections are told. */
record ServerRules(Set<String> kinds) {
    ServerRules {
        kinds = Set.copyOf(kinds);
    }

    /** The objections to the server, to what is missing, and those that the disk's use gives rise to. */
    List<Objection> objections(
            Optional<Server> server, Optional<Disk> disk, BiFunction<Optional<Server>, Disk, Optional<Objection>> use) {
        return Stream.of(
                        server.isEmpty()
                                ? Objection.of(SERVER_NOT_FOUND, "The cloud knows no such server.")
                                : Optional.<Objection>empty(),
                        disk.isEmpty()
                                ? Objection.of(DISK_NOT_FOUND, "The cloud knows no such disk.")
                                : Optional.<Objection>empty(),
                        server.flatMap(this::kind),
                        server.flatMap(ServerRules::state),
                        disk.flatMap(it -> use.apply(server, it)))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Objection::kind))
                .toList();
    }

    private Optional<Objection> kind(Server server) {
        if (server.isOf(kinds)) {
            return Optional.empty();
        }
        return Objection.of(
                SERVER_KIND,
                "The server is of type " + server.type() + ", category " + server.category()
                        + "; disks can be attached to " + String.join(", ", kinds) + " only.");
    }

    private static Optional<Objection> state(Server server) {
        if (server.isReady()) {
            return Optional.empty();
        }
        return Objection.of(SERVER_STATE, "The server is " + server.status() + "; it has to be RUNNING or STOPPED.");
    }
}
