package dev.attachgateway.operation;

import dev.attachgateway.disk.AttachPreconditions;
import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.LiteServer;
import dev.attachgateway.operation.execution.FailureFinality;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.model.SendHistory;
import dev.attachgateway.operation.precondition.CloudStateReader;
import dev.attachgateway.operation.recovery.SettlementDecision;
import dev.attachgateway.operation.recovery.SettlementPolicy;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.upstream.ModelArtsClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The gateway's pure decisions, exposed to the state-space model in its own package. */
public final class TransitionRules {
    private static final AttachPreconditions PRECONDITIONS = new AttachPreconditions(Set.of("HPS"), false);
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final OperationFailure REFUSAL =
            OperationFailure.of(ProblemType.CLOUD_REFUSED, "ModelArts.7000", "No.");
    private static final ModelArtsClient.OperationProgress CLOUD_FAILURE =
            new ModelArtsClient.OperationProgress(ModelArtsClient.CloudOperationStatus.FAILED, "ModelArts.9001", "No.");

    private TransitionRules() {}

    /** The server and the disk as the cloud shows them. */
    public record CloudView(LiteServer server, Disk disk) {}

    /**
     * The stored send history at the start of a read; durations are ticks.
     *
     * @param windowLeft the time until the end of the acceptance window; negative after it
     * @param quietTicks the time since the first quiet read; -1 if there was none
     */
    public record StoredHistory(
            boolean signed,
            int windowLeft,
            boolean hadUnknownOutcome,
            boolean activitySeen,
            int quietReads,
            int quietTicks) {
        private SendHistory toSendHistory() {
            return new SendHistory(
                    signed,
                    NOW.plusSeconds(windowLeft),
                    hadUnknownOutcome,
                    activitySeen,
                    quietReads,
                    quietTicks < 0 ? null : NOW.minusSeconds(quietTicks),
                    List.of());
        }
    }

    /**
     * The decision after a read.
     *
     * @param to the state to commit; null if only the number of quiet reads is stored
     * @param quietReads -1 if nothing is stored
     */
    public record Decision(@Nullable OperationState to, boolean activitySeen, int quietReads) {}

    /** The state after the check of the preconditions; empty if none is violated. */
    public static Optional<OperationState> checkPreconditions(
            OperationState.Unsent unsent, CloudView view, boolean hadUnknownOutcome) {
        var violations = PRECONDITIONS.violations(Optional.of(view.server()), Optional.of(view.disk()));
        return violations.isEmpty()
                ? Optional.empty()
                : Optional.of(FailureFinality.onPreconditionFailure(
                        unsent, OperationFailure.of(violations), hadUnknownOutcome));
    }

    /** The state after a refusal by the cloud. */
    public static OperationState onRefusal(OperationState.Sending sending, boolean hadUnknownOutcome) {
        return FailureFinality.onRefusal(sending, REFUSAL, hadUnknownOutcome);
    }

    /** The state after a failure of the cloud's operation. */
    public static OperationState onCloudFailure(OperationState.Following following, boolean hadUnknownOutcome) {
        return FailureFinality.onCloudFailure(following, OperationFailure.of(CLOUD_FAILURE), false, hadUnknownOutcome);
    }

    /** The failure of a request that did not begin in time. */
    public static OperationFailure notSent() {
        return OperationFailure.notSent("It did not begin in time.");
    }

    /** Whether server and disk confirm the attach. */
    public static boolean isConfirmed(CloudView view) {
        return PRECONDITIONS.isConfirmed(Optional.of(view.server()), Optional.of(view.disk()));
    }

    /**
     * The decision after a read of server and disk while the outcome of a request is unknown.
     *
     * @param minReads the number of consecutive quiet reads needed for certainty
     * @param quietPeriod the ticks that they have to span
     * @param reported the status that the cloud reports for its operation; empty if it cannot be read
     */
    public static Decision settle(
            OperationState.Unsettled unsettled,
            StoredHistory history,
            int minReads,
            int quietPeriod,
            Optional<CloudView> view,
            Optional<ModelArtsClient.CloudOperationStatus> reported,
            boolean isOverdue) {
        var settlementDecision = new SettlementPolicy(minReads, Duration.ofSeconds(quietPeriod))
                .decide(
                        unsettled,
                        history.toSendHistory(),
                        PRECONDITIONS,
                        view.map(visible -> new CloudStateReader.CloudState(
                                Optional.of(visible.server()), Optional.of(visible.disk()))),
                        reported.map(status -> status == ModelArtsClient.CloudOperationStatus.FAILED
                                ? CLOUD_FAILURE
                                : new ModelArtsClient.OperationProgress(status, null, null)),
                        NOW,
                        isOverdue);
        return switch (settlementDecision) {
            case SettlementDecision.Transition(var to, var activitySeen) -> new Decision(to, activitySeen, 0);
            case SettlementDecision.RecordQuietReads(int quietReads) -> new Decision(null, false, quietReads);
            case SettlementDecision.NoChange() -> new Decision(null, false, -1);
        };
    }
}
