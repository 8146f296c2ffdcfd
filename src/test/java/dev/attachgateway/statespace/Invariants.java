package dev.attachgateway.statespace;

import dev.attachgateway.operation.model.OperationState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks whether a world is as it has to be. */
final class Invariants {
    private final Set<Invariant> wanted;

    Invariants(Set<Invariant> wanted) {
        this.wanted = wanted;
    }

    /** The first of those looked for that does not hold. */
    @Nullable
    Invariant broken(World world) {
        for (var invariant : wanted) {
            if (!holds(invariant, world)) {
                return invariant;
            }
        }
        return null;
    }

    private static boolean holds(Invariant invariant, World world) {
        return switch (invariant) {
            case ONE_RESERVATION -> !(unfinished(world, 0) && unfinished(world, 1));
            case ONE_EFFECT -> !world.cloud.twice();
            case TRUE_SUCCESS -> isTrue(world, 0) && isTrue(world, 1);
            case TRUE_FAILURE -> isOver(world, 0) && isOver(world, 1);
            case FENCED_SEND, END_IS_FINAL -> world.broken != invariant;
            case NEVER_LOST -> true;
        };
    }

    /** Every operation that was accepted has ended, or is shown as unsettled and keeps the disk. */
    static boolean isSettled(World world) {
        for (var row : world.rows) {
            if (row != null && !row.isEnded() && !(row.state() instanceof OperationState.Unsettled)) {
                return false;
            }
        }
        return true;
    }

    private static boolean unfinished(World world, int operation) {
        var row = world.row(operation);
        return row != null && !row.isEnded();
    }

    private static boolean isTrue(World world, int operation) {
        var row = world.row(operation);
        var there = operation == 0 ? Shown.ON_FIRST : Shown.ON_SECOND;
        return row == null || !(row.state() instanceof OperationState.Succeeded) || world.cloud.truth() == there;
    }

    /** Nothing came of what has failed, and nothing can. */
    private static boolean isOver(World world, int operation) {
        var row = world.row(operation);
        return row == null || !(row.state() instanceof OperationState.Failed) || !mayBeThere(world, operation, row);
    }

    private static boolean mayBeThere(World world, int operation, Row row) {
        if (world.cloud.of(operation).isEffect() || world.canArrive(operation)) {
            return true;
        }
        for (int replica = 0; replica < World.REPLICAS; replica++) {
            var drive = world.drive(replica, operation);
            if (drive != null
                    && drive.phase() instanceof Drive.Ready
                    && drive.knows(row).maySend()) {
                return true;
            }
        }
        return false;
    }
}
