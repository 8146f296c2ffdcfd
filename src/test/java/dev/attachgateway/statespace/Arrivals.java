package dev.attachgateway.statespace;

import dev.attachgateway.operation.TransitionRules;
import dev.attachgateway.operation.model.OperationState;
import java.util.Objects;

/** What the cloud does with the requests that reach it. It protects nobody: what arrives twice is carried out twice. */
final class Arrivals implements Steps {
    private final Setting setting;
    private final Judgement judgement;

    Arrivals(Setting setting) {
        this.setting = setting;
        this.judgement = new Judgement(setting);
    }

    @Override
    public void from(World world, Out out) {
        for (var letter : world.letters) {
            if (letter.canArrive()) {
                arrive(world, letter, out);
            }
        }
        var cloud = world.cloud;
        for (int operation = 0; operation < World.OPERATIONS; operation++) {
            if (cloud.of(operation) == Fate.AT_WORK) {
                out.to(world.with(cloud.ended(operation, Fate.DONE)), "the cloud has attached for %o", -1, operation);
                if (!setting.deceived()) {
                    out.to(
                            world.with(cloud.ended(operation, Fate.CAME_TO_NOTHING)),
                            "the cloud fails at %o and leaves nothing",
                            -1,
                            operation);
                }
            }
        }
        if (cloud.shown() != cloud.truth()) {
            out.to(world.with(cloud.caughtUp()), "the cloud shows how it is", -1, -1);
        }
    }

    private void arrive(World world, Letter letter, Out out) {
        var operation = letter.operation();
        var without = world.without(letter);
        var refusesOnly = setting.deceived() && world.cloud.isTaken();
        var began = without.with(world.cloud.began(operation));
        if (!refusesOnly) {
            out.to(began, "the request of %o reaches the cloud, which begins and whose answer is lost", -1, operation);
        }
        // A refusal that nobody hears changes nothing: the same as a request that never arrives.
        if (letter.sender() < 0) {
            return;
        }
        var drive = Objects.requireNonNull(world.drive(letter.sender(), operation));
        var knows = drive.knows(Objects.requireNonNull(world.row(operation)));
        var sending = knows.state() instanceof OperationState.Unsent unsent
                ? unsent.startSending()
                : (OperationState.Sending) knows.state();
        var heard = new Heard(drive, letter.sender(), operation, out);
        if (!refusesOnly) {
            heard.hears(began, Write.move(sending.accepted("u", true)), "the cloud begins with %o, and %r hears so");
        }
        heard.hears(
                without,
                Write.move(TransitionRules.refused(sending, judgement.doubts(knows))),
                "the cloud refuses %o, and %r hears so");
        for (var write : judgement.notStarted(sending)) {
            heard.hears(without, write, "the cloud is too busy for %o, and %r hears so");
        }
    }

    /** The replica that waits for the answer. */
    private record Heard(Drive drive, int replica, int operation, Out out) {
        void hears(World world, Write write, String words) {
            out.to(
                    world.with(replica, operation, drive.in(new Drive.Writing(write, false))),
                    words,
                    replica,
                    operation);
        }
    }
}
