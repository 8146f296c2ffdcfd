package dev.attachgateway.statespace;

import dev.attachgateway.operation.TransitionRules;
import dev.attachgateway.operation.model.OperationState;
import java.util.Objects;

/** The cloud's handling of requests, without duplicate protection: a request that arrives twice is applied twice. */
final class CloudSteps implements StepGenerator {
    private final ModelSettings settings;
    private final DecisionModel decisions;

    CloudSteps(ModelSettings settings) {
        this.settings = settings;
        this.decisions = new DecisionModel(settings);
    }

    @Override
    public void generate(SystemState system, Out out) {
        for (var request : system.requests) {
            if (request.canArrive()) {
                arrive(system, request, out);
            }
        }
        var cloud = system.cloud;
        for (int operation = 0; operation < SystemState.OPERATIONS; operation++) {
            if (cloud.outcome(operation) == CloudOutcome.IN_PROGRESS) {
                out.accept(
                        system.with(cloud.ended(operation, CloudOutcome.APPLIED)),
                        "the cloud has attached for %o",
                        -1,
                        operation);
                if (!settings.lagUnderstated()) {
                    out.accept(
                            system.with(cloud.ended(operation, CloudOutcome.ROLLED_BACK)),
                            "the cloud rolls back %o",
                            -1,
                            operation);
                }
            }
        }
        if (cloud.shown() != cloud.actual()) {
            out.accept(system.with(cloud.visible()), "the cloud's view catches up", -1, -1);
        }
    }

    private void arrive(SystemState system, RequestInFlight request, Out out) {
        var operation = request.operation();
        var without = system.without(request);
        var onlyRefuses = settings.lagUnderstated() && system.cloud.hasEffect();
        var begun = without.with(system.cloud.began(operation));
        if (!onlyRefuses) {
            out.accept(begun, "the cloud begins with %o, and its response is lost", -1, operation);
        }
        // A refusal without a receiver has the same effect as a request that never arrives.
        if (request.sender() < 0) {
            return;
        }
        var execution = Objects.requireNonNull(system.execution(request.sender(), operation));
        var knownRow = execution.knownRow(Objects.requireNonNull(system.row(operation)));
        var sending = knownRow.state() instanceof OperationState.Unsent unsent
                ? unsent.startSending()
                : (OperationState.Sending) knownRow.state();
        var receiver = new ResponseReceiver(execution, request.sender(), operation, out);
        if (!onlyRefuses) {
            receiver.receives(
                    begun,
                    Write.transition(sending.accepted("u", true)),
                    "the cloud begins with %o, and %r receives the response");
        }
        receiver.receives(
                without,
                Write.transition(TransitionRules.onRefusal(sending, decisions.hadUnknownOutcome(knownRow))),
                "the cloud refuses %o, and %r receives the response");
        for (var write : decisions.notStarted(sending)) {
            receiver.receives(without, write, "the cloud rejects %o as too busy, and %r receives the response");
        }
    }

    /** The replica that waits for the response. */
    private record ResponseReceiver(Execution execution, int replica, int operation, Out out) {
        void receives(SystemState system, Write write, String description) {
            out.accept(
                    system.with(replica, operation, execution.inPhase(new Execution.Writing(write, false))),
                    description,
                    replica,
                    operation);
        }
    }
}
