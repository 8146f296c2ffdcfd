package dev.attachgateway.operation.precondition;

import dev.attachgateway.operation.model.Operation;
import java.time.Duration;
import java.util.Optional;

/**
 * What one step left behind.
 *
 * @param operation as it stands now
 * @param nextStepDelay how long until its next step; empty when there is none to take
 */
public record StepResult(Operation operation, Optional<Duration> nextStepDelay) {
    public static StepResult nextStepNow(Operation operation) {
        return nextStepIn(operation, Duration.ZERO);
    }

    public static StepResult nextStepIn(Operation operation, Duration after) {
        return new StepResult(operation, Optional.of(after));
    }

    public static StepResult noNextStep(Operation operation) {
        return new StepResult(operation, Optional.empty());
    }
}
