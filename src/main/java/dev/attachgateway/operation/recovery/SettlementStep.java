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
 * Finds out what became of a request whose outcome is unknown, by looking at server and disk until it is certain. Only then
 * is it sent again, or ended.
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
            PreconditionConfig rules) {
        this.transitionStore = transitionStore;
        this.cloudStateReader = cloudStateReader;
        this.driftRecorder = driftRecorder;
        this.modelArtsClient = modelArtsClient;
        this.config = config;
        this.preconditions = rules;
        this.settlementPolicy = new SettlementPolicy(config.settleMinReads(), config.settleQuietPeriod());
    }

    /** One look, and what follows from it. */
    public Uni<StepResult> settle(Operation operation, OperationState.Unsettled unsettled) {
        var begun = operation.databaseNow();
        return Uni.combine()
                .all()
                .unis(readCloudState(operation), readCloudProgress(operation, unsettled.upstreamId()))
                .asTuple()
                .flatMap(both -> recordDrift(operation, both.getItem1())
                        .flatMap(held -> apply(
                                held,
                                settlementPolicy.decide(
                                        unsettled,
                                        held.sendHistory(),
                                        preconditions.of(held.type()),
                                        both.getItem1(),
                                        both.getItem2(),
                                        begun,
                                        held.isOverdue()))));
    }

    private Uni<Optional<CloudStateReader.CloudState>> readCloudState(Operation operation) {
        return cloudStateReader.read(operation).map(Optional::of).onFailure().recoverWithItem(failure -> {
            LOG.debugf("operation not looked at operation=%s reason=%s", operation.id(), failure.getMessage());
            return Optional.empty();
        });
    }

    /** What contradicts the operation while its outcome is unknown is told at once; an unreadable cloud contradicts nothing. */
    private Uni<Operation> recordDrift(Operation operation, Optional<CloudStateReader.CloudState> sight) {
        return sight.isEmpty()
                ? Uni.createFrom().item(operation)
                : driftRecorder.recordForUnsettled(operation, DriftRules.findDrift(operation, sight.get()));
    }

    private Uni<Optional<ModelArtsClient.Progress>> readCloudProgress(
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
            case SettlementDecision.NoChange noChange ->
                Uni.createFrom().item(StepResult.nextStepIn(operation, config.settleInterval()));
            case SettlementDecision.RecordQuietReads(int quietReads) ->
                transitionStore
                        .recordQuietReads(operation, quietReads, config.settleInterval())
                        .map(same -> StepResult.nextStepIn(same, config.settleInterval()));
            case SettlementDecision.Transition(var to, var seen) -> applyTransition(operation, to, seen);
        };
    }

    private Uni<StepResult> applyTransition(Operation operation, OperationState to, boolean seen) {
        if (to instanceof OperationState.Unsettled) {
            var transitionDetails = TransitionDetails.nextStepIn(config.settleInterval());
            return transitionStore
                    .commit(operation, to, seen ? transitionDetails.withActivitySeen() : transitionDetails)
                    .map(told -> StepResult.nextStepIn(told, config.settleInterval()));
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
