package dev.attachgateway.statespace;

/** The steps of the environment: callers, time, leases, crashes, and delayed writes of the database. */
final class EnvironmentSteps implements StepGenerator {
    private final ModelSettings settings;
    private final DatabaseModel database;

    EnvironmentSteps(ModelSettings settings) {
        this.settings = settings;
        this.database = new DatabaseModel(settings);
    }

    @Override
    public void generate(SystemState system, Out out) {
        reserve(system, out);
        leases(system, out);
        crashes(system, out);
        if (system.delayedWrite != null) {
            endDelayedWrite(system, system.delayedWrite, out);
        }
        out.accept(ticked(system), "time passes", -1, -1);
    }

    private void reserve(SystemState system, Out out) {
        // The callers differ in their names only, so that the first request belongs to the first caller.
        var first = system.row(0);
        var operation = first == null ? 0 : 1;
        if (system.row(operation) != null || (first != null && !first.isEnded() && settings.has(Guard.UNIQUE_INDEX))) {
            return;
        }
        for (int replica = 0; replica < SystemState.REPLICAS; replica++) {
            var reserved = system.with(operation, OperationRow.reserved(replica));
            out.accept(
                    reserved.with(replica, operation, Execution.started()),
                    "%r reserves the disk for %o",
                    replica,
                    operation);
            out.accept(reserved, "%r reserves the disk for %o, and does not receive the response", replica, operation);
        }
    }

    private void leases(SystemState system, Out out) {
        for (int operation = 0; operation < SystemState.OPERATIONS; operation++) {
            var row = system.row(operation);
            if (row == null || row.isEnded()) {
                continue;
            }
            for (int replica = 0; replica < SystemState.REPLICAS; replica++) {
                var execution = system.execution(replica, operation);
                if (row.leaseOwner() == replica && execution != null && row.leaseTicks() < ModelSettings.LEASE) {
                    out.accept(
                            system.with(operation, row.withLease(replica)),
                            "%r renews its lease of %o",
                            replica,
                            operation);
                }
                if (execution == null
                        && row.leaseTicks() == 0
                        && row.nextStepTicks() == 0
                        && settings.has(Guard.TAKEOVER)) {
                    var takenOver = database.takeOver(system, operation).with(operation, row.withLease(replica));
                    out.accept(
                            takenOver.with(replica, operation, Execution.started()),
                            "%r takes over %o",
                            replica,
                            operation);
                }
            }
        }
    }

    private static void crashes(SystemState system, Out out) {
        for (int replica = 0; replica < SystemState.REPLICAS; replica++) {
            var next = system;
            var wasExecuting = false;
            for (int operation = 0; operation < SystemState.OPERATIONS; operation++) {
                var row = system.row(operation);
                wasExecuting |= system.execution(replica, operation) != null;
                next = next.with(replica, operation, null);
                next = row == null ? next : next.with(operation, row.abandonedBy(replica));
            }
            if (wasExecuting) {
                out.accept(next.withoutLostReceivers(), "%r crashes and restarts", replica, -1);
            }
        }
    }

    /** The write takes effect or is dropped, after its replica may have continued. */
    private void endDelayedWrite(SystemState system, DelayedWrite delayedWrite, Out out) {
        var without = system.with((DelayedWrite) null);
        out.accept(without, "the database drops the delayed write", -1, -1);
        if (database.matches(delayedWrite.leaseValid(), false)) {
            out.accept(
                    database.apply(without, delayedWrite.operation(), delayedWrite.write()),
                    "the database applies the delayed write of %r: %o is " + delayedWrite.write(),
                    delayedWrite.replica(),
                    delayedWrite.operation());
        }
    }

    private SystemState ticked(SystemState system) {
        var next = system.with(system.cloud.ticked(settings)).mapRequests(RequestInFlight::ticked);
        for (int operation = 0; operation < SystemState.OPERATIONS; operation++) {
            var row = system.row(operation);
            next = row == null ? next : next.with(operation, row.ticked());
            next = next.mapExecutions(operation, Execution::ticked);
        }
        return next;
    }
}
