package dev.attachgateway.operation.recovery;

import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.DiskLocation;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.precondition.CloudStateReader;
import java.util.HashSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the gateway believes of a disk once it has sent something about it. */
public final class DriftRules {
    static final String ATTACHED_ELSEWHERE =
            "Another server has the disk, while it is not known what became of the request for this one.";

    private DriftRules() {}

    /** How a look contradicts an operation whose outcome is unknown; null when it does not. */
    static @Nullable String findDrift(Operation operation, CloudStateReader.CloudState cloudState) {
        // A disk that left this server may be anywhere.
        var elsewhere = operation.type() == Operation.Type.ATTACH
                && DiskLocation.of(cloudState.server(), cloudState.disk()) == DiskLocation.ON_OTHER_SERVER;
        return elsewhere && hasNewAttachment(operation, cloudState.disk()) ? ATTACHED_ELSEWHERE : null;
    }

    /** A shareable disk may have been held elsewhere from the beginning. */
    private static boolean hasNewAttachment(Operation operation, Optional<Disk> disk) {
        var before = new HashSet<>(operation.sendHistory().baseline());
        return disk.stream().flatMap(it -> it.attachments().stream()).anyMatch(hold -> !before.contains(hold));
    }
}
