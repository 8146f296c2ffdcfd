package dev.attachgateway.operation.execution;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.precondition.Backoff;
import dev.attachgateway.operation.precondition.CloudStateReader;
import dev.attachgateway.operation.precondition.PreconditionConfig;
import dev.attachgateway.operation.precondition.StepResult;
import dev.attachgateway.operation.store.TransitionDetails;
import dev.attachgateway.operation.store.TransitionStore;
import dev.attachgateway.upstream.ModelArtsClient;
import dev.attachgateway.upstream.http.CloudCallException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Follows an accepted operation to its end: one poller for each operation; disk and server are read before "success". */
@ApplicationScoped
class CompletionStep {
    private static final Logger LOG = Logger.getLogger(CompletionStep.class);

    private final TransitionStore transitionStore;
    private final CloudStateReader cloudStateReader;
    private final ModelArtsClient modelArtsClient;
    private final OutcomeRecorder outcomeRecorder;
    private final OperationConfig config;
    private final PreconditionConfig preconditions;
    private final Backoff pollBackoff;

    CompletionStep(
            TransitionStore transitionStore,
            CloudStateReader cloudStateReader,
            ModelArtsClient modelArtsClient,
            OutcomeRecorder outcomeRecorder,
            OperationConfig config,
            PreconditionConfig preconditions) {
        this.transitionStore = transitionStore;
        this.outcomeRecorder = outcomeRecorder;
        this.preconditions = preconditions;
        this.cloudStateReader = cloudStateReader;
        this.modelArtsClient = modelArtsClient;
        this.config = config;
        this.pollBackoff = new Backoff(config.pollMinInterval(), config.pollMaxInterval());
    }

    /**
     * Polls the progress of the cloud's operation.
     *
     * @param round how many steps in a row changed nothing
     */
    Uni<StepResult> poll(Operation operation, OperationState.Following following, int round) {
        return modelArtsClient
                .operation(operation.projectId(), operation.serverId(), following.upstreamId())
                .onItemOrFailure()
                .transformToUni((progress, failure) -> failure == null
                        ? handleProgress(operation, following, progress, round)
                        : handlePollFailure(operation, following, failure, round));
    }

    /**
     * Checks that disk or server shows the result. EVS lags, so a negative check is final only after the confirmation
     * time-out.
     */
    Uni<StepResult> confirm(Operation operation, OperationState.Confirming confirming, int round) {
        return isConfirmed(operation).flatMap(confirmed -> {
            if (confirmed) {
                return outcomeRecorder.recordEnd(operation, confirming.confirmed());
            }
            if (operation.databaseNow().isBefore(operation.updatedAt().plus(config.confirmationTimeout()))) {
                return pollLater(operation, round);
            }
            return outcomeRecorder.recordUnsettled(
                    operation,
                    confirming.notConfirmed(
                            "The cloud's operation is over, but neither the disk nor the server shows it."
                                    + " The disk stays reserved."));
        });
    }

    private Uni<StepResult> handleProgress(
            Operation operation,
            OperationState.Following following,
            ModelArtsClient.OperationProgress progress,
            int round) {
        return switch (progress.status()) {
            case PENDING -> keepPolling(operation, following, round);
            case RUNNING -> handleRunning(operation, following, round);
            // A word that nobody knows may be an end, which the disk shows.
            case UNKNOWN ->
                isConfirmed(operation)
                        .flatMap(confirmed -> confirmed
                                ? startConfirming(operation, following)
                                : handleRunning(operation, following, round));
            case SUCCESS -> startConfirming(operation, following);
            case FAILED -> handleFailed(operation, following, OperationFailure.of(progress), round);
        };
    }

    private Uni<StepResult> handleRunning(Operation operation, OperationState.Following following, int round) {
        return following.running()
                ? keepPolling(operation, following, round)
                : transitionStore
                        .commit(operation, following.nowRunning(), TransitionDetails.nextStepIn(Duration.ZERO))
                        .map(running -> StepResult.nextStepIn(running, config.pollMinInterval()));
    }

    /** The cloud's failure is believed only after one read of the disk: with its effect there it is in doubt. */
    private Uni<StepResult> handleFailed(
            Operation operation, OperationState.Following following, OperationFailure failure, int round) {
        return cloudStateReader
                .read(operation)
                .map(Optional::of)
                .onFailure()
                .recoverWithItem(Optional.empty())
                .flatMap(cloudState -> {
                    if (cloudState.isEmpty()) {
                        return keepPolling(operation, following, round);
                    }
                    var effectSeen = preconditions
                            .of(operation.type())
                            .isConfirmed(
                                    cloudState.get().server(), cloudState.get().disk());
                    return outcomeRecorder.recordFailure(
                            operation,
                            FailureFinality.onCloudFailure(
                                    following,
                                    failure,
                                    effectSeen,
                                    operation.sendHistory().hadUnknownOutcome()));
                });
    }

    private Uni<StepResult> handlePollFailure(
            Operation operation, OperationState.Following following, Throwable failure, int round) {
        if (failure instanceof CloudCallException.Refused refused && refused.isNotFound()) {
            // How long the cloud retains an operation is not documented; the disk shows its effect.
            return startConfirming(operation, following);
        }
        LOG.debugf("progress not read operation=%s reason=%s", operation.id(), failure.getMessage());
        return keepPolling(operation, following, round);
    }

    private Uni<StepResult> startConfirming(Operation operation, OperationState.Following following) {
        return transitionStore
                .commit(operation, following.cloudSucceeded(), TransitionDetails.nextStepIn(Duration.ZERO))
                .map(StepResult::nextStepNow);
    }

    private Uni<Boolean> isConfirmed(Operation operation) {
        return cloudStateReader
                .read(operation)
                .map(cloudState ->
                        preconditions.of(operation.type()).isConfirmed(cloudState.server(), cloudState.disk()))
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.debugf("operation not confirmed operation=%s reason=%s", operation.id(), failure.getMessage());
                    return false;
                });
    }

    private Uni<StepResult> keepPolling(Operation operation, OperationState.Following following, int round) {
        if (operation.databaseNow().isBefore(operation.updatedAt().plus(config.completionTimeout()))) {
            return pollLater(operation, round);
        }
        return outcomeRecorder.recordUnsettled(
                operation,
                following.outcomeUnknown(
                        "The cloud accepted the request and has not reported an end in time. The disk stays reserved."));
    }

    private Uni<StepResult> pollLater(Operation operation, int round) {
        return Uni.createFrom().item(StepResult.nextStepIn(operation, pollBackoff.delay(round)));
    }
}
