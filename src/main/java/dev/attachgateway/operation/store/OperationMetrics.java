package dev.attachgateway.operation.store;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.model.OperationStatus;
import dev.attachgateway.operation.model.OperationStep;
import dev.attachgateway.operation.model.ReconciliationFinding;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;

/**
 * What this replica has done, in numbers. Labels are words of a fixed list: no ids, and none of the cloud's codes. Each
 * counter is there from the start, so that an alert on its rise sees the first one.
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
        for (var kind : OperationFailure.Kind.values()) {
            endedCounter(OperationStatus.FAILED, tagValue(kind)).increment(0);
        }
        for (var step : OperationStep.values()) {
            if (step != OperationStep.UNSETTLED && step != OperationStep.SUCCEEDED && step != OperationStep.FAILED) {
                unknownOutcomeCounter(step).increment(0);
            }
        }
        for (var settled : SettledOutcome.values()) {
            settledCounter(settled).increment(0);
        }
        for (var finding : ReconciliationFinding.values()) {
            reconciliationCounter(finding).increment(0);
        }
        takeoverCounter(true).increment(0);
        takeoverCounter(false).increment(0);
        driftCounter(true).increment(0);
        driftCounter(false).increment(0);
    }

    /** What became of an operation whose outcome was unknown. */
    private enum SettledOutcome {
        ADOPTED,
        SENT_AGAIN,
        FAILED,
        RELEASED
    }

    /** A request is about to leave. */
    public void countSend(Operation.Type type) {
        sendCounter(type).increment();
    }

    /** A move was committed. */
    public void countTransition(OperationState from, OperationState to) {
        var doubtful = from instanceof OperationState.Unsettled;
        switch (to) {
            case OperationState.Unsettled unsettled
            when !doubtful -> unknownOutcomeCounter(from.step()).increment();
            case OperationState.Waiting waiting
            when doubtful -> settledCounter(SettledOutcome.SENT_AGAIN).increment();
            case OperationState.Succeeded succeeded -> {
                endedCounter(OperationStatus.SUCCESS, NO_FAILURE).increment();
                if (doubtful) {
                    settledCounter(SettledOutcome.ADOPTED).increment();
                }
            }
            case OperationState.Failed failed -> {
                var kind = failed.failure().kind();
                endedCounter(OperationStatus.FAILED, tagValue(kind)).increment();
                if (doubtful) {
                    settledCounter(
                                    kind == OperationFailure.Kind.RELEASED
                                            ? SettledOutcome.RELEASED
                                            : SettledOutcome.FAILED)
                            .increment();
                }
            }
            default -> {}
        }
    }

    /** Another replica's operation is carried on here. */
    void countTakeover(boolean handedOver) {
        takeoverCounter(handedOver).increment();
    }

    /** The cloud began to contradict an end, or contradicts it no more. */
    public void countDriftChange(boolean begun) {
        driftCounter(begun).increment();
    }

    /** The cloud was compared with an end. */
    public void countReconciliation(ReconciliationFinding finding) {
        reconciliationCounter(finding).increment();
    }

    private Counter sendCounter(Operation.Type type) {
        return Counter.builder(PREFIX + "sends")
                .description("Requests that were about to leave for the cloud")
                .tag("type", tagValue(type))
                .register(registry);
    }

    private Counter endedCounter(OperationStatus status, String failure) {
        return Counter.builder(PREFIX + "operations.ended")
                .description("Operations that ended, by status and sort of failure")
                .tag("status", status.wireName())
                .tag("failure", failure)
                .register(registry);
    }

    private Counter unknownOutcomeCounter(OperationStep after) {
        return Counter.builder(PREFIX + "outcomes.unknown")
                .description("Operations whose outcome became unknown, by the step before")
                .tag("after", after.wireName())
                .register(registry);
    }

    private Counter settledCounter(SettledOutcome outcome) {
        return Counter.builder(PREFIX + "operations.settled")
                .description("Operations of unknown outcome of which it was found out what became of them")
                .tag("outcome", tagValue(outcome))
                .register(registry);
    }

    private Counter takeoverCounter(boolean handedOver) {
        return Counter.builder(PREFIX + "lease.takeovers")
                .description(
                        "Operations of another replica that are carried on here, by how that replica let go of them")
                .tag("after", handedOver ? "handed_over" : "expired")
                .register(registry);
    }

    private Counter driftCounter(boolean begun) {
        return Counter.builder(PREFIX + "drift.changes")
                .description("How often the cloud began to contradict what is believed of an operation, or ceased to")
                .tag("change", begun ? "begun" : "over")
                .register(registry);
    }

    private Counter reconciliationCounter(ReconciliationFinding finding) {
        return Counter.builder(PREFIX + "reconcile.looks")
                .description("Ended operations that were compared with the cloud, by what was found")
                .tag("finding", tagValue(finding))
                .register(registry);
    }

    private static String tagValue(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
