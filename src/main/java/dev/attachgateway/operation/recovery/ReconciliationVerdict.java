package dev.attachgateway.operation.recovery;

import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.DiskLocation;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.ReconciliationFinding;
import dev.attachgateway.operation.precondition.CloudStateReader;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on an ended operation after a comparison with the cloud. It is a pure function of its inputs.
 *
 * @param finding the result of the comparison
 * @param drift how the cloud contradicts the outcome; null without a contradiction
 */
public record ReconciliationVerdict(
        ReconciliationFinding finding, @Nullable String drift) {

    /**
     * The later operations on the same disk.
     *
     * @param unfinished whether an unfinished operation reserves the disk
     * @param sameServer whether one on the same server succeeded, or may have had an effect
     * @param otherServer whether one on another server succeeded
     */
    record LaterOperations(boolean unfinished, boolean sameServer, boolean otherServer) {}

    /**
     * The verdict on one comparison.
     *
     * @param succeeded whether the operation succeeded; if not, its request was of unknown outcome
     * @param cloudState empty if server or disk could not be read
     */
    static ReconciliationVerdict evaluate(
            Operation.Type type,
            boolean succeeded,
            LaterOperations later,
            Optional<CloudStateReader.CloudState> cloudState) {
        if (later.unfinished()) {
            return withoutDrift(ReconciliationFinding.IN_HAND);
        }
        if (later.sameServer()) {
            return withoutDrift(ReconciliationFinding.EXPLAINED);
        }
        if (cloudState.isEmpty()) {
            return withoutDrift(ReconciliationFinding.UNCLEAR);
        }
        var expectedOnServer = (type == Operation.Type.ATTACH) == succeeded;
        var shareable = cloudState.get().disk().filter(Disk::shareable).isPresent();
        if (expectedOnServer && later.otherServer() && !shareable) {
            return withoutDrift(ReconciliationFinding.EXPLAINED);
        }
        var diskLocation =
                DiskLocation.of(cloudState.get().server(), cloudState.get().disk());
        if (diskLocation == DiskLocation.UNCLEAR) {
            return withoutDrift(ReconciliationFinding.UNCLEAR);
        }
        if (expectedOnServer == (diskLocation == DiskLocation.ON_THIS_SERVER)) {
            return withoutDrift(ReconciliationFinding.AS_BELIEVED);
        }
        if (expectedOnServer
                && !succeeded
                && (diskLocation == DiskLocation.SERVER_NOT_FOUND || diskLocation == DiskLocation.DISK_NOT_FOUND)) {
            // A deleted server or disk does not show that the detach was applied.
            return withoutDrift(ReconciliationFinding.AS_BELIEVED);
        }
        return new ReconciliationVerdict(
                ReconciliationFinding.CONTRADICTED, describeDrift(type, succeeded, diskLocation));
    }

    private static ReconciliationVerdict withoutDrift(ReconciliationFinding finding) {
        return new ReconciliationVerdict(finding, null);
    }

    private static String describeDrift(Operation.Type type, boolean succeeded, DiskLocation diskLocation) {
        if (!succeeded) {
            return type == Operation.Type.ATTACH
                    ? "The disk is on the server, although the attach has failed."
                    : "The disk is no longer on the server, although the detach has failed.";
        }
        return switch (diskLocation) {
            case ON_THIS_SERVER -> "The disk is on the server again.";
            case ON_OTHER_SERVER -> "The disk is no longer on the server; another one has it.";
            case SERVER_NOT_FOUND -> "The cloud no longer knows the server.";
            case DISK_NOT_FOUND -> "The cloud no longer knows the disk.";
            case NOT_ATTACHED, UNCLEAR -> "The disk is no longer on the server; no server has it.";
        };
    }
}
