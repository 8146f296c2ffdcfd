package dev.attachgateway.statespace;

/** What happens around the replicas' work: callers, time, leases, crashes, and a database that dawdles. */
final class Happenings implements Steps {
    private final Setting setting;
    private final Database database;

    Happenings(Setting setting) {
        this.setting = setting;
        this.database = new Database(setting);
    }

    @Override
    public void from(World world, Out out) {
        ask(world, out);
        leases(world, out);
        crashes(world, out);
        if (world.straggler != null) {
            straggler(world, world.straggler, out);
        }
        out.to(ticked(world), "time passes", -1, -1);
    }

    private void ask(World world, Out out) {
        // The callers differ in their names only, so the first is the one who comes first.
        var first = world.row(0);
        var operation = first == null ? 0 : 1;
        if (world.row(operation) != null || (first != null && !first.isEnded() && setting.has(Guard.UNIQUE_INDEX))) {
            return;
        }
        for (int replica = 0; replica < World.REPLICAS; replica++) {
            var reserved = world.with(operation, Row.reserved(replica));
            out.to(reserved.with(replica, operation, Drive.fresh()), "%r reserves the disk for %o", replica, operation);
            out.to(reserved, "%r reserves the disk for %o, and is not told so", replica, operation);
        }
    }

    private void leases(World world, Out out) {
        for (int operation = 0; operation < World.OPERATIONS; operation++) {
            var row = world.row(operation);
            if (row == null || row.isEnded()) {
                continue;
            }
            for (int replica = 0; replica < World.REPLICAS; replica++) {
                var drive = world.drive(replica, operation);
                if (row.holder() == replica && drive != null && row.lease() < Setting.LEASE) {
                    out.to(world.with(operation, row.leased(replica)), "%r renews its lease of %o", replica, operation);
                }
                if (drive == null && row.lease() == 0 && row.next() == 0 && setting.has(Guard.TAKE_OVER)) {
                    var taken = database.fenced(world, operation).with(operation, row.leased(replica));
                    out.to(taken.with(replica, operation, Drive.fresh()), "%r takes %o over", replica, operation);
                }
            }
        }
    }

    private static void crashes(World world, Out out) {
        for (int replica = 0; replica < World.REPLICAS; replica++) {
            var next = world;
            var busy = false;
            for (int operation = 0; operation < World.OPERATIONS; operation++) {
                var row = world.row(operation);
                busy |= world.drive(replica, operation) != null;
                next = next.with(replica, operation, null);
                next = row == null ? next : next.with(operation, row.abandonedBy(replica));
            }
            if (busy) {
                out.to(next.withoutListeners(), "%r crashes and starts again", replica, -1);
            }
        }
    }

    /** The row changes under its sender, who may have gone on long ago. */
    private void straggler(World world, Straggler late, Out out) {
        var gone = world.with((Straggler) null);
        out.to(gone, "the database drops the write that waited", -1, -1);
        if (database.finds(late.holds(), false)) {
            out.to(
                    database.written(gone, late.operation(), late.write()),
                    "the database carries out the write of %r that waited: %o is " + late.write(),
                    late.replica(),
                    late.operation());
        }
    }

    private World ticked(World world) {
        var next = world.with(world.cloud.ticked(setting)).eachLetter(Letter::ticked);
        for (int operation = 0; operation < World.OPERATIONS; operation++) {
            var row = world.row(operation);
            next = row == null ? next : next.with(operation, row.ticked());
            next = next.eachDrive(operation, Drive::ticked);
        }
        return next;
    }
}
