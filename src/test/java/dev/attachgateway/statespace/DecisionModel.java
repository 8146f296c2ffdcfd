package dev.attachgateway.statespace;

import dev.attachgateway.operation.TransitionRules;
import dev.attachgateway.operation.model.OperationState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The decisions of the gateway's own code after a read; guards within that code are removed by altering its inputs. */
final class DecisionModel {
    private static final int WINDOW_ENDED = -100;
    private static final String UNREADABLE = "Server and disk cannot be read.";

    private final ModelSettings settings;

    DecisionModel(ModelSettings settings) {
        this.settings = settings;
    }

    /** The next phase of a replica, with a description. */
    record Decision(Execution.Phase phase, String description) {}

    /** Whether a failure may be the effect of an earlier request, unless the guard is removed. */
    boolean hadUnknownOutcome(OperationRow row) {
        return row.hadUnknownOutcome() && settings.has(Guard.CONFIRM_REFUSAL);
    }

    OperationState outcomeUnknown(OperationState.Sending sending) {
        return sending.outcomeUnknown("The outcome of the request is unknown.");
    }

    /** The writes for a request that certainly did not begin: a retry, or a failure once the operation may be overdue. */
    List<Write> notStarted(OperationState.Sending sending) {
        var failed = Write.transition(sending.refused(TransitionRules.notSent()));
        var waiting = Write.transition(sending.notStarted("It will be retried."));
        if (settings.lagUnderstated()) {
            return List.of(waiting);
        }
        return sending.attempts() < ModelSettings.MAX_ATTEMPTS ? List.of(waiting, failed) : List.of(failed);
    }

    List<Decision> decide(OperationRow row, Execution.ReadDone readDone, int operation) {
        return switch (row.state()) {
            case OperationState.Unsent unsent -> unsent(row, unsent, readDone, operation);
            case OperationState.Confirming confirming -> confirming(confirming, readDone, operation);
            case OperationState.Unsettled unsettled -> unsettled(row, unsettled, readDone, operation);
            default -> List.of(new Decision(Execution.IDLE, "nothing"));
        };
    }

    private List<Decision> unsent(
            OperationRow row, OperationState.Unsent unsent, Execution.ReadDone readDone, int operation) {
        var view = readDone.shown().forOperation(operation);
        if (view.isEmpty()) {
            return List.of(
                    writing(Write.transition(unsent.fail(TransitionRules.notSent())), "it gives up"),
                    unsent instanceof OperationState.Waiting
                            ? new Decision(Execution.IDLE, "it waits")
                            : writing(Write.transition(unsent.waitForRetry(UNREADABLE)), "it waits"));
        }
        var violated = TransitionRules.checkPreconditions(unsent, view.get(), hadUnknownOutcome(row));
        if (violated.isPresent()) {
            return List.of(writing(Write.transition(violated.get()), "a precondition is violated"));
        }
        if (unsent.attempts() >= ModelSettings.MAX_ATTEMPTS) {
            return settings.lagUnderstated()
                    ? List.of()
                    : List.of(writing(Write.transition(unsent.fail(TransitionRules.notSent())), "it gives up"));
        }
        return settings.has(Guard.INTENT_FIRST)
                ? List.of(writing(Write.intent(unsent.startSending()), "the preconditions hold"))
                : List.of(new Decision(new Execution.Ready(), "the preconditions hold"));
    }

    private List<Decision> confirming(
            OperationState.Confirming confirming, Execution.ReadDone readDone, int operation) {
        if (readDone.shown()
                .forOperation(operation)
                .filter(TransitionRules::isConfirmed)
                .isPresent()) {
            return List.of(writing(Write.transition(confirming.confirmed()), "the disk is attached"));
        }
        return List.of(
                new Decision(Execution.IDLE, "not confirmed yet"),
                writing(Write.transition(confirming.notConfirmed("Not confirmed.")), "not confirmed in time"));
    }

    private List<Decision> unsettled(
            OperationRow row, OperationState.Unsettled unsettled, Execution.ReadDone readDone, int operation) {
        var all = new ArrayList<Decision>();
        overdueCases(unsettled)
                .map(overdue -> settle(row, unsettled, readDone, operation, overdue))
                .distinct()
                .forEach(all::add);
        return all;
    }

    /** The possible values of whether the operation is overdue. */
    private Stream<Boolean> overdueCases(OperationState.Unsettled unsettled) {
        if (settings.lagUnderstated()) {
            return Stream.of(false);
        }
        return unsettled.attempts() < ModelSettings.MAX_ATTEMPTS ? Stream.of(false, true) : Stream.of(true);
    }

    private Decision settle(
            OperationRow row,
            OperationState.Unsettled unsettled,
            Execution.ReadDone readDone,
            int operation,
            boolean overdue) {
        var next = TransitionRules.settle(
                unsettled,
                storedHistory(row),
                minReads(row),
                settings.has(Guard.QUIET_PERIOD) ? ModelSettings.QUIET_PERIOD : 0,
                readDone.shown().forOperation(operation),
                readDone.reported().toCloudStatus(),
                overdue);
        if (next.to() != null) {
            var write = next.activitySeen() ? Write.activity(next.to()) : Write.transition(next.to());
            return writing(write, "the outcome is decided");
        }
        return next.quietReads() < 0
                ? new Decision(Execution.IDLE, "inconclusive")
                : writing(Write.quietReads(Math.min(ModelSettings.MIN_READS, next.quietReads())), "no trace of it");
    }

    private int minReads(OperationRow row) {
        if (!settings.has(Guard.COUNT_AFTER_WINDOW) && row.window() > 0) {
            return Integer.MAX_VALUE;
        }
        return settings.has(Guard.MIN_READS) ? ModelSettings.MIN_READS : 2;
    }

    private TransitionRules.StoredHistory storedHistory(OperationRow row) {
        var windowOver =
                !settings.has(Guard.ACCEPTANCE_WINDOW) || !settings.has(Guard.COUNT_AFTER_WINDOW) || row.window() == 0;
        return new TransitionRules.StoredHistory(
                row.signed() || !settings.has(Guard.TOKEN_SENT_ONCE),
                windowOver ? WINDOW_ENDED : row.window(),
                hadUnknownOutcome(row),
                row.activitySeen(),
                row.quietReads(),
                row.quietTicks());
    }

    private static Decision writing(Write write, String description) {
        return new Decision(new Execution.Writing(write, false), description);
    }
}
