package dev.attachgateway.operation.execution;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.precondition.Backoff;
import dev.attachgateway.operation.precondition.StepResult;
import dev.attachgateway.operation.store.OperationMetrics;
import dev.attachgateway.operation.store.TransitionDetails;
import dev.attachgateway.operation.store.TransitionStore;
import dev.attachgateway.upstream.ModelArtsClient;
import dev.attachgateway.upstream.SendOptions;
import dev.attachgateway.upstream.credential.MissingCredentialException;
import dev.attachgateway.upstream.http.CloudCallException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Sends a cloud request once, after its intent is committed, and commits the outcome. */
@ApplicationScoped
public class CloudRequestSender {
    private static final Logger LOG = Logger.getLogger(CloudRequestSender.class);

    private final TransitionStore transitionStore;
    private final ModelArtsClient modelArtsClient;
    private final OperationConfig config;
    private final OperationMetrics metrics;
    private final Backoff backoff;

    CloudRequestSender(
            TransitionStore transitionStore,
            ModelArtsClient modelArtsClient,
            OperationConfig config,
            OperationMetrics metrics) {
        this.transitionStore = transitionStore;
        this.modelArtsClient = modelArtsClient;
        this.config = config;
        this.metrics = metrics;
        this.backoff = new Backoff(config.retryInitialDelay(), config.pollMaxInterval());
    }

    Uni<StepResult> send(Operation operation, SendOptions options) {
        var sending = (OperationState.Sending) operation.state();
        metrics.countSend(operation.type());
        var sent = switch (operation.type()) {
            case ATTACH ->
                modelArtsClient.attach(operation.projectId(), operation.serverId(), operation.volumeId(), options);
            case DETACH ->
                modelArtsClient.detach(operation.projectId(), operation.serverId(), operation.volumeId(), options);
        };
        return sent.onItemOrFailure()
                .transformToUni((accepted, failure) -> failure == null
                        ? handleAccepted(operation, sending, accepted)
                        : handleSendFailure(operation, sending, failure));
    }

    /** The request may have left the gateway: the disk stays reserved until reads of the cloud settle the outcome. */
    Uni<StepResult> recordUnknownOutcome(Operation operation, OperationState.Sending sending, String reason) {
        return markUnsettled(
                operation,
                sending.outcomeUnknown(
                        reason + " The disk stays reserved and nothing is sent again until it is known."));
    }

    Uni<StepResult> markUnsettled(Operation operation, OperationState.Unsettled unsettled) {
        LOG.warnf(
                "operation unsettled operation=%s project=%s server=%s disk=%s reason=%s",
                operation.id(), operation.projectId(), operation.serverId(), operation.volumeId(), unsettled.detail());
        return transitionStore
                .commit(operation, unsettled, TransitionDetails.nextStepIn(config.settleInterval()))
                .map(changed -> StepResult.nextStepIn(changed, config.pollMinInterval()));
    }

    /**
     * Commits a failure, or the unsettled state when an earlier request of unknown outcome may be its cause.
     *
     * @param to the failed or unsettled state
     */
    Uni<StepResult> recordFailure(Operation operation, OperationState to) {
        return to instanceof OperationState.Unsettled unsettled
                ? markUnsettled(operation, unsettled)
                : transitionStore
                        .commit(operation, to, TransitionDetails.noNextStep())
                        .map(StepResult::noNextStep);
    }

    /** A failed call as the end of a sentence; the details of an unexpected error go to the log only. */
    public static String describeFailure(Throwable failure) {
        if (failure instanceof CloudCallException || failure instanceof MissingCredentialException) {
            return failure.getMessage() + ".";
        }
        LOG.error("a call to the cloud failed unexpectedly", failure);
        return "an unexpected error.";
    }

    private Uni<StepResult> handleAccepted(
            Operation operation, OperationState.Sending sending, ModelArtsClient.AcceptedOperation accepted) {
        var running = accepted.status() == ModelArtsClient.CloudOperationStatus.RUNNING;
        return transitionStore
                .commit(
                        operation,
                        sending.accepted(accepted.operationId(), running),
                        TransitionDetails.nextStepIn(config.pollMinInterval()))
                .onFailure()
                .invoke(failure -> LOG.errorf(
                        "acceptance not recorded operation=%s cloud_operation=%s reason=%s",
                        operation.id(), accepted.operationId(), failure.getMessage()))
                .map(following -> StepResult.nextStepIn(following, config.pollMinInterval()));
    }

    private Uni<StepResult> handleSendFailure(Operation operation, OperationState.Sending sending, Throwable failure) {
        return switch (failure) {
            case CloudCallException.Refused refused ->
                recordFailure(
                        operation,
                        FailureFinality.onRefusal(
                                sending,
                                OperationFailure.of(refused),
                                operation.sendHistory().hadUnknownOutcome()));
            case CloudCallException.NotStarted _ -> handleNotStarted(operation, sending, failure);
            case MissingCredentialException _ -> handleNotStarted(operation, sending, failure);
            default ->
                recordUnknownOutcome(
                        operation, sending, "The outcome of the request is unknown: " + describeFailure(failure));
        };
    }

    private Uni<StepResult> handleNotStarted(Operation operation, OperationState.Sending sending, Throwable failure) {
        var reason = "The request did not begin: " + describeFailure(failure);
        if (operation.isOverdue()) {
            return recordFailure(operation, sending.refused(OperationFailure.notSent(reason)));
        }
        var wait = backoff.delay(sending.attempts());
        return transitionStore
                .commit(
                        operation,
                        sending.notStarted(reason + " It will be sent again."),
                        TransitionDetails.nextStepIn(wait))
                .map(waiting -> StepResult.nextStepIn(waiting, wait));
    }
}
