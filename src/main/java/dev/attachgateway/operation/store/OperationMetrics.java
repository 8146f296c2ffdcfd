package dev.attachgateway.operation.store;

import dev.attachgateway.operation.model.FailureKinds;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.model.OperationStatus;
import dev.attachgateway.operation.model.OperationStep;
import dev.attachgateway.operation.model.ReconciliationFinding;
import dev.attachgateway.problem.type.ProblemType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;

/**
 * The counters of this replica's operations. Tag values come from fixed lists, without ids and the cloud's codes. Each
 * counter is registered at start, so that an alert on its increase sees the first event.
 */
@ApplicationScoped
@Startup
public class OperationMetrics {
    private static final String PREFIX = "attach.gateway.";
    private static final String NO_FAILURE = "none";

    private final MeterRegistry registry;

    OperationMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (var type : Operation.Type.values()) {
            sendCounter(type).increment(0);
        }
        endedCounter(OperationStatus.SUCCESS, NO_FAILURE).increment(0);
        for (var type : FailureKinds.types()) {
            endedCounter(OperationStatus.FAILED, tagValue(FailureKinds.nameOf(type)))
                    .increment(0);
        }
        for (var step : OperationStep.values()) {
            if (step != OperationStep.UNSETTLED && step != OperationStep.SUCCEEDED && step != OperationStep.FAILED) {
                unknownOutcomeCounter(step).increment(0);
            }
        }
        for (var outcome : SettledOutcome.values()) {
            settledCounter(outcome).increment(0);
        }
        for (var finding : ReconciliationFinding.values()) {
            reconciliationCounter(finding).increment(0);
        }
        takeoverCounter(true).increment(0);
        takeoverCounter(false).increment(0);
        driftCounter(true).increment(0);
        driftCounter(false).increment(0);
    }

    /** How an operation of unknown outcome was settled. The names are values of a metric's tag. */
    private enum SettledOutcome {
        ADOPTED,
        SENT_AGAIN,
        FAILED,
        RELEASED
    }

    /** Counts a send that is about to begin. */
    public void countSend(Operation.Type type) {
        sendCounter(type).increment();
    }

    /** Counts a committed transition. */
    public void countTransition(OperationState from, OperationState to) {
        var wasUnsettled = from instanceof OperationState.Unsettled;
        switch (to) {
            case OperationState.Unsettled _
            when !wasUnsettled -> unknownOutcomeCounter(from.step()).increment();
            case OperationState.Waiting _
            when wasUnsettled -> settledCounter(SettledOutcome.SENT_AGAIN).increment();
            case OperationState.Succeeded _ -> {
                endedCounter(OperationStatus.SUCCESS, NO_FAILURE).increment();
                if (wasUnsettled) {
                    settledCounter(SettledOutcome.ADOPTED).increment();
                }
            }
            case OperationState.Failed failed -> {
                var type = failed.failure().type();
                endedCounter(OperationStatus.FAILED, tagValue(FailureKinds.nameOf(type)))
                        .increment();
                if (wasUnsettled) {
                    settledCounter(type == ProblemType.RELEASED ? SettledOutcome.RELEASED : SettledOutcome.FAILED)
                            .increment();
                }
            }
            default -> {}
        }
    }

    /** Counts the takeover of another replica's operation. */
    void countTakeover(boolean handedOver) {
        takeoverCounter(handedOver).increment();
    }

    /** Counts the beginning or the end of a drift. */
    public void countDriftChange(boolean begun) {
        driftCounter(begun).increment();
    }

    /** Counts a comparison of an ended operation with the cloud. */
    public void countReconciliation(ReconciliationFinding finding) {
        reconciliationCounter(finding).increment();
    }

    private Counter sendCounter(Operation.Type type) {
        return Counter.builder(PREFIX + "sends")
                .description("Attach and detach requests about to be sent to the cloud")
                .tag("type", tagValue(type))
                .register(registry);
    }

    private Counter endedCounter(OperationStatus status, String failure) {
        return Counter.builder(PREFIX + "operations.ended")
                .description("Ended operations, by status and kind of failure")
                .tag("status", status.wireName())
                .tag("failure", failure)
                .register(registry);
    }

    private Counter unknownOutcomeCounter(OperationStep after) {
        return Counter.builder(PREFIX + "outcomes.unknown")
                .description("Operations whose outcome became unknown, by the previous step")
                .tag("after", after.wireName())
                .register(registry);
    }

    private Counter settledCounter(SettledOutcome outcome) {
        return Counter.builder(PREFIX + "operations.settled")
                .description("Settled operations of unknown outcome, by how they were settled")
                .tag("outcome", tagValue(outcome))
                .register(registry);
    }

    private Counter takeoverCounter(boolean handedOver) {
        return Counter.builder(PREFIX + "lease.takeovers")
                .description("Operations taken over from another replica, by how its lease ended")
                .tag("after", handedOver ? "handed_over" : "expired")
                .register(registry);
    }

    private Counter driftCounter(boolean begun) {
        return Counter.builder(PREFIX + "drift.changes")
                .description("Beginnings and ends of contradictions between the cloud and an operation's outcome")
                .tag("change", begun ? "begun" : "over")
                .register(registry);
    }

    private Counter reconciliationCounter(ReconciliationFinding finding) {
        return Counter.builder(PREFIX + "reconcile.looks")
                .description("Comparisons of ended operations with the cloud, by finding")
                .tag("finding", tagValue(finding))
                .register(registry);
    }

    private static String tagValue(Enum<?> value) {
        return tagValue(value.name());
    }

    private static String tagValue(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
