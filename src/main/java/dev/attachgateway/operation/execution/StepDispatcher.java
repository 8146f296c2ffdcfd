package dev.attachgateway.operation.execution;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.precondition.StepResult;
import dev.attachgateway.operation.recovery.SettlementStep;
import dev.attachgateway.operation.store.LeaseLostException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Takes an operation one step further, whoever has the lease and however often it was interrupted before. */
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
     * One step.
     *
     * @param round how many steps in a row changed nothing: the waits grow with it
     * @return fails with {@link LeaseLostException} when somebody else has taken over
     */
    Uni<StepResult> advance(Operation operation, int round) {
        return switch (operation.state()) {
            case OperationState.Unsent unsent -> sendStep.checkAndSend(operation, unsent);
            case OperationState.Sending found -> sendStep.handleInterruptedSend(operation, found);
            case OperationState.Following following -> completionStep.poll(operation, following, round);
            case OperationState.Confirming confirming -> completionStep.confirm(operation, confirming, round);
            case OperationState.Unsettled unsettled -> settlementStep.settle(operation, unsettled);
            case OperationState.Succeeded succeeded -> Uni.createFrom().item(StepResult.noNextStep(operation));
            case OperationState.Failed failed -> Uni.createFrom().item(StepResult.noNextStep(operation));
        };
    }
}
