package dev.attachgateway.operation.recovery;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.precondition.CloudStateReader;
import dev.attachgateway.operation.precondition.PreconditionConfig;
import dev.attachgateway.operation.precondition.StepResult;
import dev.attachgateway.operation.store.TransitionDetails;
import dev.attachgateway.operation.store.TransitionStore;
import dev.attachgateway.upstream.ModelArtsClient;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Settles a request of unknown outcome by reading server and disk until it is certain whether it was applied. Only then is
 * the request retried or the operation ended.
 */
@ApplicationScoped
public class SettlementStep {
    private static final Logger LOG = Logger.getLogger(SettlementStep.class);

    private final TransitionStore transitionStore;
    private final CloudStateReader cloudStateReader;
    private final DriftRecorder driftRecorder;
    private final ModelArtsClient modelArtsClient;
    private final OperationConfig config;
    private final PreconditionConfig preconditions;
    private final SettlementPolicy settlementPolicy;

    SettlementStep(
            TransitionStore transitionStore,
            CloudStateReader cloudStateReader,
            DriftRecorder driftRecorder,
            ModelArtsClient modelArtsClient,
            OperationConfig config,
            PreconditionConfig preconditions) {
        this.transitionStore = transitionStore;
        this.cloudStateReader = cloudStateReader;
        this.driftRecorder = driftRecorder;
        this.modelArtsClient = modelArtsClient;
        this.config = config;
        this.preconditions = preconditions;
        this.settlementPolicy = new SettlementPolicy(config.settleMinReads(), config.settleQuietPeriod());
    }

    /** Reads server and disk once and applies the decision; fails with {@code LeaseLostException} if the lease was lost. */
    public Uni<StepResult> settle(Operation operation, OperationState.Unsettled unsettled) {
        var readStartedAt = operation.databaseNow();
        return Uni.combine()
                .all()
                .unis(readCloudState(operation), readCloudProgress(operation, unsettled.upstreamId()))
                .asTuple()
                .flatMap(reads -> recordDrift(operation, reads.getItem1())
                        .flatMap(current -> apply(
                                current,
                                settlementPolicy.decide(
                                        unsettled,
                                        current.sendHistory(),
                                        preconditions.of(current.type()),
                                        reads.getItem1(),
                                        reads.getItem2(),
                                        readStartedAt,
                                        current.isOverdue()))));
    }

    private Uni<Optional<CloudStateReader.CloudState>> readCloudState(Operation operation) {
        return cloudStateReader.read(operation).map(Optional::of).onFailure().recoverWithItem(failure -> {
            LOG.debugf("cloud state not readable operation=%s reason=%s", operation.id(), failure.getMessage());
            return Optional.empty();
        });
    }

    /** A drift during an unknown outcome is recorded at once; an unreadable cloud is no contradiction. */
    private Uni<Operation> recordDrift(Operation operation, Optional<CloudStateReader.CloudState> cloudState) {
        return cloudState.isEmpty()
                ? Uni.createFrom().item(operation)
                : driftRecorder.recordForUnsettled(operation, DriftRules.findDrift(operation, cloudState.get()));
    }

    private Uni<Optional<ModelArtsClient.OperationProgress>> readCloudProgress(
            Operation operation, @Nullable String upstreamId) {
        if (upstreamId == null) {
            return Uni.createFrom().item(Optional.empty());
        }
        return modelArtsClient
                .operation(operation.projectId(), operation.serverId(), upstreamId)
                .map(Optional::of)
                .onFailure()
                .recoverWithItem(Optional.empty());
    }

    private Uni<StepResult> apply(Operation operation, SettlementDecision settlementDecision) {
        return switch (settlementDecision) {
            case SettlementDecision.NoChange() ->
                Uni.createFrom().item(StepResult.nextStepIn(operation, config.settleInterval()));
            case SettlementDecision.RecordQuietReads(int quietReads) ->
                transitionStore
                        .recordQuietReads(operation, quietReads, config.settleInterval())
                        .map(updated -> StepResult.nextStepIn(updated, config.settleInterval()));
            case SettlementDecision.Transition(var to, var activitySeen) ->
                applyTransition(operation, to, activitySeen);
        };
    }

    private Uni<StepResult> applyTransition(Operation operation, OperationState to, boolean activitySeen) {
        if (to instanceof OperationState.Unsettled) {
            var transitionDetails = TransitionDetails.nextStepIn(config.settleInterval());
            return transitionStore
                    .commit(operation, to, activitySeen ? transitionDetails.withActivitySeen() : transitionDetails)
                    .map(unsettled -> StepResult.nextStepIn(unsettled, config.settleInterval()));
        }
        LOG.infof(
                "operation settled operation=%s step=%s attempts=%d",
                operation.id(), to.step().wireName(), to.attempts());
        return to.isEnded()
                ? transitionStore
                        .commit(operation, to, TransitionDetails.noNextStep())
                        .map(StepResult::noNextStep)
                : transitionStore
                        .commit(operation, to, TransitionDetails.nextStepIn(config.retryInitialDelay()))
                        .map(waiting -> StepResult.nextStepIn(waiting, config.retryInitialDelay()));
    }
}
