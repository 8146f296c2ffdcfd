package dev.attachgateway.statespace;

import dev.attachgateway.operation.TransitionRules;
import dev.attachgateway.operation.model.OperationState;
import java.util.Objects;

/** The steps of the replicas on their operations: reads, writes, requests and responses. */
final class ReplicaSteps implements StepGenerator {
    private final ModelSettings settings;
    private final DatabaseModel database;
    private final DecisionModel decisions;

    ReplicaSteps(ModelSettings settings) {
        this.settings = settings;
        this.database = new DatabaseModel(settings);
        this.decisions = new DecisionModel(settings);
    }

    @Override
    public void generate(SystemState system, Out out) {
        for (int replica = 0; replica < SystemState.REPLICAS; replica++) {
            for (int operation = 0; operation < SystemState.OPERATIONS; operation++) {
                var execution = system.execution(replica, operation);
                if (execution != null) {
                    new ExecutionStep(system, replica, operation, execution, out).take();
                }
            }
        }
    }

    /** The next step of one replica on one operation. */
    private final class ExecutionStep {
        private final SystemState system;
        private final int replica;
        private final int operation;
        private final Execution execution;
        private final OperationRow knownRow;
        private final Out out;

        ExecutionStep(SystemState system, int replica, int operation, Execution execution, Out out) {
            this.system = system;
            this.replica = replica;
            this.operation = operation;
            this.execution = execution;
            this.knownRow = execution.knownRow(Objects.requireNonNull(system.row(operation)));
            this.out = out;
        }

        void take() {
            switch (execution.phase()) {
                case Execution.Idle() -> begin();
                case Execution.ReadDone readDone -> decide(system, readDone, "%r evaluates its read: ");
                case Execution.Writing writing -> write(writing);
                case Execution.Ready() -> send();
                case Execution.Awaiting() -> responseLost();
            }
        }

        private void moveTo(SystemState next, String description) {
            out.accept(next, description, replica, operation);
        }

        private void startWrite(SystemState from, Write write, String description) {
            moveTo(from.with(replica, operation, execution.inPhase(new Execution.Writing(write, false))), description);
        }

        private void begin() {
            switch (knownRow.state()) {
                case OperationState.Unsent _ -> read(ReportedStatus.NONE);
                case OperationState.Confirming _ -> read(ReportedStatus.NONE);
                case OperationState.Unsettled unsettled -> {
                    read(ReportedStatus.NONE);
                    if (unsettled.upstreamId() != null) {
                        read(ReportedStatus.of(system.cloud.outcome(operation)));
                    }
                }
                case OperationState.Sending sending ->
                    startWrite(
                            system,
                            Write.transition(decisions.outcomeUnknown(sending)),
                            "%r finds %o in \"sending\": the request may have been sent");
                case OperationState.Following following -> poll(following);
                case OperationState.Succeeded _ -> moveTo(system.with(replica, operation, null), "%r is done with %o");
                case OperationState.Failed _ -> moveTo(system.with(replica, operation, null), "%r is done with %o");
            }
        }

        private void read(ReportedStatus reported) {
            if (!settings.lagUnderstated()) {
                afterRead(
                        system,
                        new Execution.ReadDone(DiskView.UNREADABLE, reported),
                        "%r cannot read the cloud for %o: ");
            }
            var cloud = system.cloud.afterRead(settings);
            afterRead(
                    system.with(cloud),
                    new Execution.ReadDone(cloud.shown(), reported),
                    "%r reads the cloud for %o: " + cloud.shown() + ": ");
        }

        private void afterRead(SystemState next, Execution.ReadDone readDone, String description) {
            if (settings.has(Guard.READ_START_TIME)) {
                // The decision depends on the start of the read only, so that it can be made at once.
                decide(next, readDone, description);
            } else {
                moveTo(next.with(replica, operation, execution.inPhase(readDone)), description + "it pauses");
            }
        }

        private void decide(SystemState next, Execution.ReadDone readDone, String description) {
            for (var decision : decisions.decide(knownRow, readDone, operation)) {
                moveTo(
                        next.with(replica, operation, execution.inPhase(decision.phase())),
                        description + decision.description());
            }
        }

        private void poll(OperationState.Following following) {
            var outcome = system.cloud.outcome(operation);
            if (outcome != CloudOutcome.IN_PROGRESS) {
                startWrite(
                        system, Write.transition(following.cloudSucceeded()), "%r polls %o: the cloud has finished it");
            }
            if (outcome == CloudOutcome.ROLLED_BACK) {
                var failed = TransitionRules.onCloudFailure(following, decisions.hadUnknownOutcome(knownRow));
                startWrite(system, Write.transition(failed), "%r polls %o: the cloud reports a failure");
            }
            startWrite(
                    system,
                    Write.transition(following.outcomeUnknown("No response.")),
                    "%r gets no end of %o from the cloud in time");
        }

        private void write(Execution.Writing writing) {
            if (!database.matches(execution.leaseValid(), execution.staleRow() == null)) {
                moveTo(system.with(replica, operation, null).withoutLostReceivers(), "%r has lost the lease of %o");
                return;
            }
            var description = "%r commits %o as " + writing.write();
            var finished = system.with(replica, operation, null);
            var done = database.apply(finished, operation, writing.write());
            moveTo(continueAfter(done, writing.write()), description);
            if (!settings.has(Guard.VERSION)) {
                // With the guard a lost response makes no difference: the retry finds its own change and continues.
                var lostResponse = execution.withCurrentRow(new Execution.Writing(writing.write(), true));
                moveTo(
                        done.with(replica, operation, lostResponse),
                        description + ", and does not receive the response");
                delayWrite(writing);
            }
        }

        private void delayWrite(Execution.Writing writing) {
            if (system.delayedWrite == null && !writing.done()) {
                var delayed = new DelayedWrite(replica, operation, writing.write(), execution.leaseValid());
                moveTo(system.with(delayed), "the database delays a write of %r to %o");
            }
        }

        private SystemState continueAfter(SystemState written, Write write) {
            var row = Objects.requireNonNull(written.row(operation));
            return row.isEnded()
                    ? written.withoutLostReceivers()
                    : written.with(
                            replica,
                            operation,
                            execution.withCurrentRow(write.intent() ? new Execution.Ready() : Execution.IDLE));
        }

        private OperationState.Sending sending() {
            return knownRow.state() instanceof OperationState.Unsent unsent
                    ? unsent.startSending()
                    : (OperationState.Sending) knownRow.state();
        }

        private void send() {
            if (!knownRow.canSend() && settings.has(Guard.SEND_BEFORE) && settings.has(Guard.INTENT_FIRST)) {
                for (var decision : decisions.notStarted(sending())) {
                    startWrite(system, decision, "%r is too late to send for %o");
                }
                return;
            }
            var acceptedFor =
                    settings.has(Guard.INTENT_FIRST) ? knownRow.acceptedFor() : ModelSettings.ACCEPTANCE_WINDOW;
            var request = new RequestInFlight(
                    operation, replica, settings.signed() ? acceptedFor : RequestInFlight.UNLIMITED);
            var receivesResponse = execution.isCurrent() || !settings.isFenced();
            var sent = system.with(
                            replica, operation, receivesResponse ? execution.inPhase(new Execution.Awaiting()) : null)
                    .sent(request)
                    .withoutLostReceivers();
            moveTo(execution.leaseValid() ? sent : sent.violating(Invariant.FENCED_SEND), "%r sends the request of %o");
        }

        private void responseLost() {
            var outcomeUnknown = new Execution.Writing(Write.transition(decisions.outcomeUnknown(sending())), false);
            moveTo(
                    system.with(replica, operation, execution.inPhase(outcomeUnknown))
                            .withoutLostReceivers(),
                    "%r receives no response for %o");
        }
    }
}
