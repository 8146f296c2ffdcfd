package dev.attachgateway.disk;

import static dev.attachgateway.problem.type.ProblemType.DISK_NOT_FOUND;
import static dev.attachgateway.problem.type.ProblemType.SERVER_NOT_FOUND;
import static dev.attachgateway.problem.type.ProblemType.SERVER_STATE;
import static dev.attachgateway.problem.type.ProblemType.UNSUPPORTED_SERVER_TYPE;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** The preconditions that attach and detach share, and the order of all violations. */
record ServerPreconditions(Set<String> serverTypes) {
    ServerPreconditions {
        serverTypes = Set.copyOf(serverTypes);
    }

    /** Missing server or disk, violations of the server, and those of the disk as {@code diskCheck} finds them. */
    List<PreconditionViolation> violations(
            Optional<LiteServer> server,
            Optional<Disk> disk,
            BiFunction<Optional<LiteServer>, Disk, Optional<PreconditionViolation>> diskCheck) {
        return Stream.of(
                        server.isEmpty()
                                ? PreconditionViolation.of(SERVER_NOT_FOUND, "The cloud knows no such server.")
                                : Optional.<PreconditionViolation>empty(),
                        disk.isEmpty()
                                ? PreconditionViolation.of(DISK_NOT_FOUND, "The cloud knows no such disk.")
                                : Optional.<PreconditionViolation>empty(),
                        server.flatMap(this::typeViolation),
                        server.flatMap(ServerPreconditions::stateViolation),
                        disk.flatMap(present -> diskCheck.apply(server, present)))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<PreconditionViolation> typeViolation(LiteServer server) {
        if (server.matchesAnyType(serverTypes)) {
            return Optional.empty();
        }
        return PreconditionViolation.of(
                UNSUPPORTED_SERVER_TYPE,
                "The server is of type " + server.type() + ", category " + server.category()
                        + "; disks can be attached to " + String.join(", ", serverTypes) + " only.");
    }

    private static Optional<PreconditionViolation> stateViolation(LiteServer server) {
        if (server.isReady()) {
            return Optional.empty();
        }
        return PreconditionViolation.of(
                SERVER_STATE, "The server is " + server.status() + "; it must be RUNNING or STOPPED.");
    }
}
