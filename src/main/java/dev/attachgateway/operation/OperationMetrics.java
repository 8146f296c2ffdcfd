package dev.attachgateway.operation;

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
class OperationMetrics {
    private static final String PREFIX = "attach.gateway.";
    private static final String NONE = "none";

    private final MeterRegistry registry;

    OperationMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (var type : Operation.Type.values()) {
            sends(type).increment(0);
        }
        ended(Status.SUCCESS, NONE).increment(0);
        for (var kind : Failure.Kind.values()) {
            ended(Status.FAILED, word(kind)).increment(0);
        }
        for (var step : Step.values()) {
            if (step != Step.UNSETTLED && step != Step.SUCCEEDED && step != Step.FAILED) {
                unknown(step).increment(0);
            }
        }
        for (var settled : Settled.values()) {
            settled(settled).increment(0);
        }
        for (var finding : Reconciliation.Finding.values()) {
            looks(finding).increment(0);
        }
        takeovers(true).increment(0);
        takeovers(false).increment(0);
        drifts(true).increment(0);
        drifts(false).increment(0);
    }

    /** What became of an operation whose outcome was unknown. */
    private enum Settled {
        ADOPTED,
        SENT_AGAIN,
        FAILED,
        RELEASED
    }

    /** A request is about to leave. */
    void sending(Operation.Type type) {
        sends(type).increment();
    }

    /** A move was committed. */
    void changed(State from, State to) {
        var doubtful = from instanceof State.Unsettled;
        switch (to) {
            case State.Unsettled unsettled
            when !doubtful -> unknown(from.step()).increment();
            case State.Waiting waiting
            when doubtful -> settled(Settled.SENT_AGAIN).increment();
            case State.Succeeded succeeded -> {
                ended(Status.SUCCESS, NONE).increment();
                if (doubtful) {
                    settled(Settled.ADOPTED).increment();
                }
            }
            case State.Failed failed -> {
                var kind = failed.failure().kind();
                ended(Status.FAILED, word(kind)).increment();
                if (doubtful) {
                    settled(kind == Failure.Kind.RELEASED ? Settled.RELEASED : Settled.FAILED)
                            .increment();
                }
            }
            default -> {}
        }
    }

    /** Another replica's operation is carried on here. */
    void takenOver(boolean handedOver) {
        takeovers(handedOver).increment();
    }

    /** The cloud began to contradict an end, or contradicts it no more. */
    void drifted(boolean begun) {
        drifts(begun).increment();
    }

    /** The cloud was compared with an end. */
    void looked(Reconciliation.Finding finding) {
        looks(finding).increment();
    }

    private Counter sends(Operation.Type type) {
        return Counter.builder(PREFIX + "sends")
                .description("Requests that were about to leave for the cloud")
                .tag("type", word(type))
                .register(registry);
    }

    private Counter ended(Status status, String failure) {
        return Counter.builder(PREFIX + "operations.ended")
                .description("Operations that ended, by status and sort of failure")
                .tag("status", status.word())
                .tag("failure", failure)
                .register(registry);
    }

    private Counter unknown(Step after) {
        return Counter.builder(PREFIX + "outcomes.unknown")
                .description("Operations whose outcome became unknown, by the step before")
                .tag("after", after.word())
                .register(registry);
    }

    private Counter settled(Settled outcome) {
        return Counter.builder(PREFIX + "operations.settled")
                .description("Operations of unknown outcome of which it was found out what became of them")
                .tag("outcome", word(outcome))
                .register(registry);
    }

    private Counter takeovers(boolean handedOver) {
        return Counter.builder(PREFIX + "lease.takeovers")
                .description(
                        "Operations of another replica that are carried on here, by how that replica let go of them")
                .tag("after", handedOver ? "handed_over" : "expired")
                .register(registry);
    }

    private Counter drifts(boolean begun) {
        return Counter.builder(PREFIX + "drift.changes")
                .description("How often the cloud began to contradict what is believed of an operation, or ceased to")
                .tag("change", begun ? "begun" : "over")
                .register(registry);
    }

    private Counter looks(Reconciliation.Finding finding) {
        return Counter.builder(PREFIX + "reconcile.looks")
                .description("Ended operations that were compared with the cloud, by what was found")
                .tag("finding", word(finding))
                .register(registry);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
