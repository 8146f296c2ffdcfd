package dev.attachgateway.statespace;

import dev.attachgateway.operation.TransitionRules;
import dev.attachgateway.operation.model.OperationState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What follows from a look, by the gateway's own code; guards that stand in that code are taken out by lying to it. */
final class Judgement {
    private static final int LONG_AGO = -100;
    private static final String UNSEEN = "Server and disk cannot be looked at.";

    private final Setting setting;

    Judgement(Setting setting) {
        this.setting = setting;
    }

    /** What a replica does then, and what is said of it. */
    record Then(Drive.Phase phase, String words) {}

    boolean doubts(Row row) {
        return row.doubted() && setting.has(Guard.DOUBT);
    }

    /** An outcome that is unknown. */
    OperationState lost(OperationState.Sending sending) {
        return sending.outcomeUnknown("The outcome of the request is unknown.");
    }

    /** A request that surely did not begin is sent again, until the operation's patience is over. */
    List<Write> notStarted(OperationState.Sending sending) {
        var given = Write.move(sending.refused(TransitionRules.notSent()));
        var waiting = Write.move(sending.notStarted("It will be sent again."));
        if (setting.deceived()) {
            return List.of(waiting);
        }
        return sending.attempts() < Setting.ATTEMPTS ? List.of(waiting, given) : List.of(given);
    }

    List<Then> of(Row row, Drive.Looked looked, int operation) {
        return switch (row.state()) {
            case OperationState.Unsent unsent -> unsent(row, unsent, looked, operation);
            case OperationState.Confirming confirming -> confirming(confirming, looked, operation);
            case OperationState.Unsettled unsettled -> unsettled(row, unsettled, looked, operation);
            default -> List.of(new Then(Drive.IDLE, "nothing"));
        };
    }

    private List<Then> unsent(Row row, OperationState.Unsent unsent, Drive.Looked looked, int operation) {
        var sight = looked.shown().to(operation);
        if (sight.isEmpty()) {
            return List.of(
                    wants(Write.move(unsent.fail(TransitionRules.notSent())), "it gives up"),
                    unsent instanceof OperationState.Waiting
                            ? new Then(Drive.IDLE, "it waits")
                            : wants(Write.move(unsent.waitForRetry(UNSEEN)), "it waits"));
        }
        var objected = TransitionRules.checked(unsent, sight.get(), doubts(row));
        if (objected.isPresent()) {
            return List.of(wants(Write.move(objected.get()), "that speaks against it"));
        }
        if (unsent.attempts() >= Setting.ATTEMPTS) {
            return setting.deceived()
                    ? List.of()
                    : List.of(wants(Write.move(unsent.fail(TransitionRules.notSent())), "it gives up"));
        }
        return setting.has(Guard.INTENT_FIRST)
                ? List.of(wants(Write.intent(unsent.startSending()), "nothing speaks against it"))
                : List.of(new Then(new Drive.Ready(), "nothing speaks against it"));
    }

    private List<Then> confirming(OperationState.Confirming confirming, Drive.Looked looked, int operation) {
        if (looked.shown().to(operation).filter(TransitionRules::confirmed).isPresent()) {
            return List.of(wants(Write.move(confirming.confirmed()), "it is where it should be"));
        }
        return List.of(
                new Then(Drive.IDLE, "not yet"),
                wants(Write.move(confirming.notConfirmed("Not seen.")), "not seen for too long"));
    }

    private List<Then> unsettled(Row row, OperationState.Unsettled unsettled, Drive.Looked looked, int operation) {
        var found = new ArrayList<Then>();
        patience(unsettled)
                .map(overdue -> settled(row, unsettled, looked, operation, overdue))
                .distinct()
                .forEach(found::add);
        return found;
    }

    /** Whether its time may be over: sooner or later, or by now for sure. */
    private Stream<Boolean> patience(OperationState.Unsettled unsettled) {
        if (setting.deceived()) {
            return Stream.of(false);
        }
        return unsettled.attempts() < Setting.ATTEMPTS ? Stream.of(false, true) : Stream.of(true);
    }

    private Then settled(
            Row row, OperationState.Unsettled unsettled, Drive.Looked looked, int operation, boolean overdue) {
        var next = TransitionRules.settled(
                unsettled,
                facts(row),
                reads(row),
                setting.has(Guard.QUIET) ? Setting.QUIET : 0,
                looked.shown().to(operation),
                looked.heard().word(),
                overdue);
        if (next.to() != null) {
            var write = next.seen() ? Write.seen(next.to()) : Write.move(next.to());
            return wants(write, "that tells what became of it");
        }
        return next.quietReads() < 0
                ? new Then(Drive.IDLE, "that tells nothing")
                : wants(Write.note(Math.min(Setting.READS, next.quietReads())), "no trace of it");
    }

    private int reads(Row row) {
        if (!setting.has(Guard.COUNT_AFTER_WINDOW) && row.window() > 0) {
            return Integer.MAX_VALUE;
        }
        return setting.has(Guard.READS) ? Setting.READS : 2;
    }

    private TransitionRules.Facts facts(Row row) {
        var always = !setting.has(Guard.WINDOW) || !setting.has(Guard.COUNT_AFTER_WINDOW) || row.window() == 0;
        return new TransitionRules.Facts(
                row.signed() || !setting.has(Guard.UNDATED_ONCE),
                always ? LONG_AGO : row.window(),
                doubts(row),
                row.seen(),
                row.quietReads(),
                row.quietFor());
    }

    private static Then wants(Write write, String words) {
        return new Then(new Drive.Writing(write, false), words);
    }
}
