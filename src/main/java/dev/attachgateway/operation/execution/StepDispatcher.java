package dev.attachgateway.operation.execution;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.precondition.StepResult;
import dev.attachgateway.operation.recovery.SettlementStep;
import dev.attachgateway.operation.store.LeaseLostException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Runs the step that belongs to the state of an operation, also after interruptions and takeovers. */
@ApplicationScoped
class StepDispatcher {
    private final SendStep sendStep;
    private final CompletionStep completionStep;
    private final SettlementStep settlementStep;

    StepDispatcher(SendStep sendStep, CompletionStep completionStep, SettlementStep settlementStep) {
        this.sendStep = sendStep;
        this.completionStep = completionStep;
        this.settlementStep = settlementStep;
    }

    /**
     * Runs one step.
     *
     * @param round how many steps in a row changed nothing; delays grow with it
     * @return fails with {@link LeaseLostException} when another driver has taken over
     */
    Uni<StepResult> advance(Operation operation, int round) {
        return switch (operation.state()) {
            case OperationState.Unsent unsent -> sendStep.checkAndSend(operation, unsent);
            case OperationState.Sending sending -> sendStep.handleInterruptedSend(operation, sending);
            case OperationState.Following following -> completionStep.poll(operation, following, round);
            case OperationState.Confirming confirming -> completionStep.confirm(operation, confirming, round);
            case OperationState.Unsettled unsettled -> settlementStep.settle(operation, unsettled);
            case OperationState.Succeeded _ -> Uni.createFrom().item(StepResult.noNextStep(operation));
            case OperationState.Failed _ -> Uni.createFrom().item(StepResult.noNextStep(operation));
        };
    }
}
