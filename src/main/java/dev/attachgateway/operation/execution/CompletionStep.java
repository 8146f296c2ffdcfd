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
import org.jboss.logging.Logger;

/** From the cloud's acceptance to the end: one poller for each operation, and a look at disk and server before "success". */
@ApplicationScoped
class CompletionStep {
    private static final Logger LOG = Logger.getLogger(CompletionStep.class);

    private final TransitionStore transitionStore;
    private final CloudStateReader cloudStateReader;
    private final ModelArtsClient modelArtsClient;
    private final CloudRequestSender requestSender;
    private final OperationConfig config;
    private final PreconditionConfig preconditions;
    private final Backoff pollBackoff;

    CompletionStep(
            TransitionStore transitionStore,
            CloudStateReader cloudStateReader,
            ModelArtsClient modelArtsClient,
            CloudRequestSender sender,
            OperationConfig config,
            PreconditionConfig rules) {
        this.transitionStore = transitionStore;
        this.requestSender = sender;
        this.preconditions = rules;
        this.cloudStateReader = cloudStateReader;
        this.modelArtsClient = modelArtsClient;
        this.config = config;
        this.pollBackoff = new Backoff(config.pollMinInterval(), config.pollMaxInterval());
    }

    /** Asks the cloud how far its operation is. */
    Uni<StepResult> poll(Operation operation, OperationState.Following following, int round) {
        return modelArtsClient
                .operation(operation.projectId(), operation.serverId(), following.upstreamId())
                .onItemOrFailure()
                .transformToUni((progress, failure) -> failure == null
                        ? handleProgress(operation, following, progress, round)
                        : handlePollFailure(operation, following, failure, round));
    }

    /** Looks whether the disk is where the cloud says it put it. EVS lags, so a "no" is not final at once. */
    Uni<StepResult> confirm(Operation operation, OperationState.Confirming confirming, int round) {
        return isConfirmed(operation).flatMap(there -> {
            if (there) {
                return succeed(operation, confirming.confirmed());
            }
            if (operation.databaseNow().isBefore(operation.updatedAt().plus(config.confirmationTimeout()))) {
                return pollLater(operation, round);
            }
            return requestSender.markUnsettled(
                    operation,
                    confirming.notConfirmed(
                            "The cloud's operation is over, but neither the disk nor the server shows it."
                                    + " The disk stays reserved."));
        });
    }

    private Uni<StepResult> handleProgress(
            Operation operation, OperationState.Following following, ModelArtsClient.Progress progress, int round) {
        return switch (progress.word()) {
            case PENDING -> keepPolling(operation, following, round);
            case RUNNING ->
                following.running()
                        ? keepPolling(operation, following, round)
                        : transitionStore
                                .commit(operation, following.nowRunning(), TransitionDetails.nextStepIn(Duration.ZERO))
                                .map(running -> StepResult.nextStepIn(running, config.pollMinInterval()));
            case SUCCESS -> startConfirming(operation, following);
            case FAILED ->
                requestSender.recordFailure(
                        operation,
                        FailureFinality.onCloudFailure(
                                following,
                                OperationFailure.of(progress),
                                operation.sendHistory().hadUnknownOutcome()));
        };
    }

    private Uni<StepResult> handlePollFailure(
            Operation operation, OperationState.Following following, Throwable failure, int round) {
        if (failure instanceof CloudCallException.Refused refused && refused.isNotFound()) {
            // How long the cloud remembers an operation is not documented. What it did shows on the disk.
            return startConfirming(operation, following);
        }
        LOG.debugf("operation not heard of operation=%s reason=%s", operation.id(), failure.getMessage());
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
        return requestSender.markUnsettled(
                operation,
                following.outcomeUnknown(
                        "The cloud accepted the request and has not said for long how it ended. The disk stays"
                                + " reserved."));
    }

    private Uni<StepResult> pollLater(Operation operation, int round) {
        return Uni.createFrom().item(StepResult.nextStepIn(operation, pollBackoff.delay(round)));
    }

    private Uni<StepResult> succeed(Operation operation, OperationState.Succeeded succeeded) {
        return transitionStore
                .commit(operation, succeeded, TransitionDetails.noNextStep())
                .map(StepResult::noNextStep);
    }
}
