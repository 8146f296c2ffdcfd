package dev.attachgateway.operation.execution;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.precondition.Backoff;
import dev.attachgateway.operation.precondition.StepResult;
import dev.attachgateway.operation.store.TransitionDetails;
import dev.attachgateway.operation.store.TransitionStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Commits the outcome of a send and the transitions that more than one step makes. */
@ApplicationScoped
class OutcomeRecorder {
    private static final Logger LOG = Logger.getLogger(OutcomeRecorder.class);

    private final TransitionStore transitionStore;
    private final OperationConfig config;
    private final Backoff retryBackoff;

    OutcomeRecorder(TransitionStore transitionStore, OperationConfig config) {
        this.transitionStore = transitionStore;
        this.config = config;
        this.retryBackoff = new Backoff(config.retryInitialDelay(), config.pollMaxInterval());
    }

    /** Commits the outcome of a send. */
    Uni<StepResult> recordOutcome(Operation operation, OperationState.Sending sending, SendOutcome sendOutcome) {
        return switch (sendOutcome) {
            case SendOutcome.Accepted accepted -> recordAccepted(operation, sending, accepted);
            case SendOutcome.Refused(var failure) ->
                recordFailure(
                        operation,
                        FailureFinality.onRefusal(
                                sending, failure, operation.sendHistory().hadUnknownOutcome()));
            case SendOutcome.NotStarted(var reason) ->
                recordNotStarted(operation, sending, "The request did not begin: " + reason);
            case SendOutcome.Unknown(var reason) ->
                recordUnsettled(
                        operation,
                        sending.outcomeUnknown(
                                reason + " The disk stays reserved and nothing is sent again until it is known."));
        };
    }

    /** Commits an unknown outcome: the disk stays reserved until reads of the cloud settle it. */
    Uni<StepResult> recordUnsettled(Operation operation, OperationState.Unsettled unsettled) {
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
                ? recordUnsettled(operation, unsettled)
                : recordEnd(operation, to);
    }

    /** Commits a final state. */
    Uni<StepResult> recordEnd(Operation operation, OperationState ended) {
        return transitionStore
                .commit(operation, ended, TransitionDetails.noNextStep())
                .map(StepResult::noNextStep);
    }

    /** Commits that another attempt follows; the delay grows with the attempts. Without a change it commits nothing. */
    Uni<StepResult> recordWaiting(Operation operation, OperationState.Waiting waiting) {
        var wait = retryDelay(waiting);
        return operation.state().equals(waiting)
                ? Uni.createFrom().item(StepResult.nextStepIn(operation, wait))
                : transitionStore
                        .commit(operation, waiting, TransitionDetails.nextStepIn(wait))
                        .map(committed -> StepResult.nextStepIn(committed, wait));
    }

    /** The delay before the next attempt of an operation that has not been sent, or certainly did not begin. */
    Duration retryDelay(OperationState state) {
        return retryBackoff.delay(state.attempts());
    }

    private Uni<StepResult> recordAccepted(
            Operation operation, OperationState.Sending sending, SendOutcome.Accepted accepted) {
        return transitionStore
                .commit(
                        operation,
                        sending.accepted(accepted.upstreamId(), accepted.running()),
                        TransitionDetails.nextStepIn(config.pollMinInterval()))
                .onFailure()
                .invoke(failure -> LOG.errorf(
                        "acceptance not recorded operation=%s cloud_operation=%s reason=%s",
                        operation.id(), accepted.upstreamId(), failure.getMessage()))
                .map(following -> StepResult.nextStepIn(following, config.pollMinInterval()));
    }

    private Uni<StepResult> recordNotStarted(Operation operation, OperationState.Sending sending, String reason) {
        return operation.isOverdue()
                ? recordEnd(operation, sending.refused(OperationFailure.notSent(reason)))
                : recordWaiting(operation, sending.notStarted(reason + " It will be sent again."));
    }
}
