package dev.attachgateway.operation;

import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.DiskLocation;
import java.util.HashSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the gateway believes of a disk once it has sent something about it. */
final class Beliefs {
    static final String TAKEN_ELSEWHERE =
            "Another server has the disk, while it is not known what became of the request for this one.";

    private Beliefs() {}

    /** Whether the end that is being written says anything about the cloud that may turn out to be wrong. */
    static boolean areHeld(Operation from, State to) {
        return switch (to) {
            case State.Succeeded succeeded -> true;
            case State.Failed failed ->
                from.trace().doubted() || failed.failure().kind() == Failure.Kind.RELEASED;
            default -> false;
        };
    }

    /** How a look contradicts an operation whose outcome is unknown; null when it does not. */
    static @Nullable String contradiction(Operation operation, Checks.Sight sight) {
        // A disk that left this server may be anywhere.
        var elsewhere = operation.type() == Operation.Type.ATTACH
                && DiskLocation.of(sight.server(), sight.disk()) == DiskLocation.ON_OTHER_SERVER;
        return elsewhere && isNewlyHeld(operation, sight.disk()) ? TAKEN_ELSEWHERE : null;
    }

    /** A shareable disk may have been held elsewhere from the beginning. */
    private static boolean isNewlyHeld(Operation operation, Optional<Disk> disk) {
        var before = new HashSet<>(operation.trace().baseline());
        return disk.stream().flatMap(it -> it.attachments().stream()).anyMatch(hold -> !before.contains(hold));
    }
}
