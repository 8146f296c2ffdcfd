package dev.attachgateway.statespace;

import dev.attachgateway.operation.TransitionRules;
import dev.attachgateway.operation.model.OperationState;
import java.util.Objects;

/** The next thing that a replica does on an operation: a look, a write, a request, an answer. */
final class DriveSteps implements Steps {
    private final Setting setting;
    private final Database database;
    private final Judgement judgement;

    DriveSteps(Setting setting) {
        this.setting = setting;
        this.database = new Database(setting);
        this.judgement = new Judgement(setting);
    }

    @Override
    public void from(World world, Out out) {
        for (int replica = 0; replica < World.REPLICAS; replica++) {
            for (int operation = 0; operation < World.OPERATIONS; operation++) {
                var drive = world.drive(replica, operation);
                if (drive != null) {
                    new One(world, replica, operation, drive, out).step();
                }
            }
        }
    }

    /** One replica on one operation. */
    private final class One {
        private final World world;
        private final int replica;
        private final int operation;
        private final Drive drive;
        private final Row knows;
        private final Out out;

        One(World world, int replica, int operation, Drive drive, Out out) {
            this.world = world;
            this.replica = replica;
            this.operation = operation;
            this.drive = drive;
            this.knows = drive.knows(Objects.requireNonNull(world.row(operation)));
            this.out = out;
        }

        void step() {
            switch (drive.phase()) {
                case Drive.Idle idle -> begin();
                case Drive.Looked looked -> judge(world, looked, "%r judges what it saw: ");
                case Drive.Writing writing -> write(writing);
                case Drive.Ready ready -> send();
                case Drive.Awaiting awaiting -> hearNothing();
            }
        }

        private void to(World next, String words) {
            out.to(next, words, replica, operation);
        }

        private void wants(World from, Write write, String words) {
            to(from.with(replica, operation, drive.in(new Drive.Writing(write, false))), words);
        }

        private void begin() {
            switch (knows.state()) {
                case OperationState.Unsent unsent -> look(Heard.NOTHING);
                case OperationState.Confirming confirming -> look(Heard.NOTHING);
                case OperationState.Unsettled unsettled -> {
                    look(Heard.NOTHING);
                    if (unsettled.upstreamId() != null) {
                        look(Heard.of(world.cloud.of(operation)));
                    }
                }
                case OperationState.Sending sending ->
                    wants(world, Write.move(judgement.lost(sending)), "%r finds %o in \"sending\": it may have left");
                case OperationState.Following following -> poll(following);
                case OperationState.Succeeded succeeded ->
                    to(world.with(replica, operation, null), "%r is done with %o");
                case OperationState.Failed failed -> to(world.with(replica, operation, null), "%r is done with %o");
            }
        }

        private void look(Heard heard) {
            if (!setting.deceived()) {
                seen(world, new Drive.Looked(Shown.UNREADABLE, heard), "%r cannot look for %o: ");
            }
            var cloud = world.cloud.looked(setting);
            seen(
                    world.with(cloud),
                    new Drive.Looked(cloud.shown(), heard),
                    "%r looks for %o and sees " + cloud.shown() + ": ");
        }

        private void seen(World then, Drive.Looked looked, String words) {
            if (setting.has(Guard.LOOK_DATED)) {
                // What follows is that of the moment of the look, so it may as well be judged at once.
                judge(then, looked, words);
            } else {
                to(then.with(replica, operation, drive.in(looked)), words + "it stops for a while");
            }
        }

        private void judge(World then, Drive.Looked looked, String words) {
            for (var course : judgement.of(knows, looked, operation)) {
                to(then.with(replica, operation, drive.in(course.phase())), words + course.words());
            }
        }

        private void poll(OperationState.Following following) {
            var fate = world.cloud.of(operation);
            if (fate != Fate.AT_WORK) {
                wants(world, Write.move(following.cloudSucceeded()), "%r hears that the cloud is done with %o");
            }
            if (fate == Fate.CAME_TO_NOTHING) {
                var failed = TransitionRules.failed(following, judgement.doubts(knows));
                wants(world, Write.move(failed), "%r hears that the cloud failed at %o");
            }
            wants(world, Write.move(following.outcomeUnknown("Nothing heard.")), "%r hears nothing of %o for too long");
        }

        private void write(Drive.Writing writing) {
            if (!database.finds(drive.holds(), drive.outdated() == null)) {
                to(world.with(replica, operation, null).withoutListeners(), "%r finds that %o is no longer its own");
                return;
            }
            var told = "%r writes down that %o is " + writing.write();
            var mine = world.with(replica, operation, null);
            var done = database.written(mine, operation, writing.write());
            to(goesOn(done, writing.write()), told);
            if (!setting.has(Guard.VERSION)) {
                // Else a lost answer makes no difference: it is tried again, finds itself in the row, and goes on.
                var untold = drive.upToDate(new Drive.Writing(writing.write(), true));
                to(done.with(replica, operation, untold), told + ", and is not told so");
                dawdle(writing);
            }
        }

        private void dawdle(Drive.Writing writing) {
            if (world.straggler == null && !writing.done()) {
                var late = new Straggler(replica, operation, writing.write(), drive.holds());
                to(world.with(late), "the database lets a write of %r to %o wait");
            }
        }

        private World goesOn(World written, Write write) {
            var row = Objects.requireNonNull(written.row(operation));
            return row.isEnded()
                    ? written.withoutListeners()
                    : written.with(replica, operation, drive.upToDate(write.intent() ? new Drive.Ready() : Drive.IDLE));
        }

        private OperationState.Sending sending() {
            return knows.state() instanceof OperationState.Unsent unsent
                    ? unsent.startSending()
                    : (OperationState.Sending) knows.state();
        }

        private void send() {
            if (!knows.maySend() && setting.has(Guard.SEND_BEFORE) && setting.has(Guard.INTENT_FIRST)) {
                for (var course : judgement.notStarted(sending())) {
                    wants(world, course, "%r is too late to send for %o");
                }
                return;
            }
            var takenFor = setting.has(Guard.INTENT_FIRST) ? knows.takenFor() : Setting.ACCEPTED;
            var letter = new Letter(operation, replica, setting.signed() ? takenFor : Letter.FOR_EVER);
            var listens = drive.isCurrent() || !setting.isFenced();
            var sent = world.with(replica, operation, listens ? drive.in(new Drive.Awaiting()) : null)
                    .sent(letter)
                    .withoutListeners();
            to(drive.holds() ? sent : sent.breaks(Invariant.FENCED_SEND), "%r sends the request of %o");
        }

        private void hearNothing() {
            var lost = new Drive.Writing(Write.move(judgement.lost(sending())), false);
            to(world.with(replica, operation, drive.in(lost)).withoutListeners(), "%r gets no answer for %o");
        }
    }
}
