package dev.attachgateway.statespace;

import java.util.function.UnaryOperator;

/** The database's handling of writes, with the guards that depend on it. */
final class DatabaseModel {
    private final ModelSettings settings;

    DatabaseModel(ModelSettings settings) {
        this.settings = settings;
    }

    /** Whether a write matches its row: it is conditional on the lease and the version that were read. */
    boolean matches(boolean leaseValid, boolean versionCurrent) {
        return (leaseValid || !settings.has(Guard.FENCING_TOKEN)) && (versionCurrent || !settings.has(Guard.VERSION));
    }

    /** Applies a write, which makes the row of every execution of the operation stale. */
    SystemState apply(SystemState system, int operation, Write write) {
        var before = system.row(operation);
        if (before == null) {
            return system;
        }
        var after = before.updated(write, settings);
        var next = droppingLost(
                system.with(operation, after), operation, execution -> execution.rowChanged(before.withoutLease()));
        return before.isEnded() && !after.equals(before) ? next.violating(Invariant.END_IS_FINAL) : next;
    }

    /** Invalidates the present lease of an operation. */
    SystemState takeOver(SystemState system, int operation) {
        var before = system.row(operation);
        if (before == null) {
            return system;
        }
        var delayedWrite = system.delayedWrite;
        var next = delayedWrite != null && delayedWrite.operation() == operation
                ? system.with(delayedWrite.leaseTaken())
                : system;
        return droppingLost(next, operation, Execution::leaseTaken);
    }

    /** Drops executions that can neither write nor send any more, because they need not be explored. */
    private SystemState droppingLost(SystemState system, int operation, UnaryOperator<Execution> change) {
        return system.mapExecutions(operation, execution -> {
                    var changed = change.apply(execution);
                    return isLost(changed) ? null : changed;
                })
                .withoutLostReceivers();
    }

    private boolean isLost(Execution execution) {
        return settings.isFenced() && !execution.isCurrent() && !(execution.phase() instanceof Execution.Ready);
    }
}
