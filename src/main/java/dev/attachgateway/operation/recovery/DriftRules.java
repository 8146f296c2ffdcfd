package dev.attachgateway.operation.recovery;

import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.DiskLocation;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.precondition.CloudStateReader;
import java.util.HashSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Detects contradictions between the cloud and an operation of unknown outcome. */
public final class DriftRules {
    static final String ATTACHED_ELSEWHERE =
            "Another server has the disk, while the outcome of the request for this server is unknown.";

    private DriftRules() {}

    /** How the cloud contradicts an operation of unknown outcome; null without a contradiction. */
    static @Nullable String findDrift(Operation operation, CloudStateReader.CloudState cloudState) {
        // After a detach the disk may be on any server.
        var onOtherServer = operation.type() == Operation.Type.ATTACH
                && DiskLocation.of(cloudState.server(), cloudState.disk()) == DiskLocation.ON_OTHER_SERVER;
        return onOtherServer && hasNewAttachment(operation, cloudState.disk()) ? ATTACHED_ELSEWHERE : null;
    }

    /** Whether there is an attachment outside the baseline: a shareable disk may have been attached elsewhere before. */
    private static boolean hasNewAttachment(Operation operation, Optional<Disk> disk) {
        var before = new HashSet<>(operation.sendHistory().baseline());
        return disk.stream()
                .flatMap(it -> it.attachments().stream())
                .anyMatch(attachment -> !before.contains(attachment));
    }
}
