package dev.attachgateway.operation.precondition;

import dev.attachgateway.operation.model.Operation;
import java.time.Duration;
import java.util.Optional;

/**
 * The result of one step.
 *
 * @param operation the operation after the step
 * @param nextStepDelay the delay until the next step; empty if there is none
 */
public record StepResult(Operation operation, Optional<Duration> nextStepDelay) {
    /** The next step follows at once. */
    public static StepResult nextStepNow(Operation operation) {
        return nextStepIn(operation, Duration.ZERO);
    }

    /** The next step follows after a delay. */
    public static StepResult nextStepIn(Operation operation, Duration delay) {
        return new StepResult(operation, Optional.of(delay));
    }

    /** No step follows. */
    public static StepResult noNextStep(Operation operation) {
        return new StepResult(operation, Optional.empty());
    }
}
