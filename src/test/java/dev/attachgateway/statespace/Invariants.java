package dev.attachgateway.statespace;

import dev.attachgateway.operation.model.OperationState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the invariants of a state. */
final class Invariants {
    private final Set<Invariant> checked;

    Invariants(Set<Invariant> checked) {
        this.checked = checked;
    }

    /** The first checked invariant that the state violates; null if there is none. */
    @Nullable
    Invariant firstViolated(SystemState system) {
        for (var invariant : checked) {
            if (!holds(invariant, system)) {
                return invariant;
            }
        }
        return null;
    }

    private static boolean holds(Invariant invariant, SystemState system) {
        return switch (invariant) {
            case ONE_RESERVATION -> !(isUnfinished(system, 0) && isUnfinished(system, 1));
            case ONE_EFFECT -> !system.cloud.doubleEffect();
            case TRUE_SUCCESS -> isTrueSuccess(system, 0) && isTrueSuccess(system, 1);
            case TRUE_FAILURE -> isTrueFailure(system, 0) && isTrueFailure(system, 1);
            case FENCED_SEND, END_IS_FINAL -> system.violated != invariant;
            case NEVER_LOST -> true;
        };
    }

    /** Whether every accepted operation has ended, or is unsettled and keeps the disk reserved. */
    static boolean isSettled(SystemState system) {
        for (var row : system.rows) {
            if (row != null && !row.isEnded() && !(row.state() instanceof OperationState.Unsettled)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUnfinished(SystemState system, int operation) {
        var row = system.row(operation);
        return row != null && !row.isEnded();
    }

    private static boolean isTrueSuccess(SystemState system, int operation) {
        var row = system.row(operation);
        var expected = operation == 0 ? DiskView.ON_FIRST : DiskView.ON_SECOND;
        return row == null || !(row.state() instanceof OperationState.Succeeded) || system.cloud.actual() == expected;
    }

    /** A failed operation has no effect and can have none any more. */
    private static boolean isTrueFailure(SystemState system, int operation) {
        var row = system.row(operation);
        return row == null || !(row.state() instanceof OperationState.Failed) || !mayHaveEffect(system, operation, row);
    }

    private static boolean mayHaveEffect(SystemState system, int operation, OperationRow row) {
        if (system.cloud.outcome(operation).isEffect() || system.canArrive(operation)) {
            return true;
        }
        for (int replica = 0; replica < SystemState.REPLICAS; replica++) {
            var execution = system.execution(replica, operation);
            if (execution != null
                    && execution.phase() instanceof Execution.Ready
                    && execution.knownRow(row).canSend()) {
                return true;
            }
        }
        return false;
    }
}
