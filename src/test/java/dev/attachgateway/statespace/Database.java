package dev.attachgateway.statespace;

import java.util.function.UnaryOperator;

/** What the database does with a write: the guards that need one. */
final class Database {
    private final Setting setting;

    Database(Setting setting) {
        this.setting = setting;
    }

    /** Whether a write finds its row: it names the lease and the version it was made from. */
    boolean finds(boolean holds, boolean current) {
        return (holds || !setting.has(Guard.FENCING_TOKEN)) && (current || !setting.has(Guard.VERSION));
    }

    /** The row changes under everybody who is at work on it. */
    World written(World world, int operation, Write write) {
        var before = world.row(operation);
        if (before == null) {
            return world;
        }
        var after = before.changed(write, setting);
        var next = forgetting(world.with(operation, after), operation, drive -> drive.overtaken(before.bare()));
        return before.isEnded() && !after.equals(before) ? next.breaks(Invariant.END_IS_FINAL) : next;
    }

    /** Somebody else may change the row from now on. */
    World fenced(World world, int operation) {
        var before = world.row(operation);
        if (before == null) {
            return world;
        }
        var late = world.straggler;
        var next = late != null && late.operation() == operation ? world.with(late.fenced()) : world;
        return forgetting(next, operation, Drive::fenced);
    }

    /** Whoever can write no more and has nothing to send does nothing more: no need to follow it. */
    private World forgetting(World world, int operation, UnaryOperator<Drive> change) {
        return world.eachDrive(operation, drive -> {
                    var changed = change.apply(drive);
                    return isLost(changed) ? null : changed;
                })
                .withoutListeners();
    }

    private boolean isLost(Drive drive) {
        return setting.isFenced() && !drive.isCurrent() && !(drive.phase() instanceof Drive.Ready);
    }
}
