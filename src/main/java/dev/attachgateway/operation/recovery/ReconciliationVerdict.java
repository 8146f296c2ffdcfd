package dev.attachgateway.operation.recovery;

import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.DiskLocation;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.ReconciliationFinding;
import dev.attachgateway.operation.precondition.CloudStateReader;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges what the cloud shows some time after an operation has ended. Pure: the same facts give the same judgement.
 *
 * @param finding what the look tells
 * @param drift how the cloud contradicts the end; null unless it does
 */
public record ReconciliationVerdict(
        ReconciliationFinding finding, @Nullable String drift) {

    /**
     * What was done about the same disk later.
     *
     * @param unfinished whether some operation has it now
     * @param sameServer whether one on the same server succeeded, or may have had an effect
     * @param otherServer whether one on another server succeeded
     */
    record LaterOperations(boolean unfinished, boolean sameServer, boolean otherServer) {}

    /**
     * One look.
     *
     * @param succeeded whether the operation did; if not, its request was of unknown outcome
     * @param sight empty when server or disk could not be looked at
     */
    static ReconciliationVerdict evaluate(
            Operation.Type type,
            boolean succeeded,
            LaterOperations later,
            Optional<CloudStateReader.CloudState> sight) {
        if (later.unfinished()) {
            return withoutDrift(ReconciliationFinding.IN_HAND);
        }
        if (later.sameServer()) {
            return withoutDrift(ReconciliationFinding.EXPLAINED);
        }
        if (sight.isEmpty()) {
            return withoutDrift(ReconciliationFinding.UNCLEAR);
        }
        var believedHere = (type == Operation.Type.ATTACH) == succeeded;
        var shareable = sight.get().disk().filter(Disk::shareable).isPresent();
        if (believedHere && later.otherServer() && !shareable) {
            return withoutDrift(ReconciliationFinding.EXPLAINED);
        }
        var diskLocation = DiskLocation.of(sight.get().server(), sight.get().disk());
        if (diskLocation == DiskLocation.UNCLEAR) {
            return withoutDrift(ReconciliationFinding.UNCLEAR);
        }
        if (believedHere == (diskLocation == DiskLocation.ON_THIS_SERVER)) {
            return withoutDrift(ReconciliationFinding.AS_BELIEVED);
        }
        if (believedHere
                && !succeeded
                && (diskLocation == DiskLocation.SERVER_NOT_FOUND || diskLocation == DiskLocation.DISK_NOT_FOUND)) {
            // What is gone altogether was not detached by us.
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
