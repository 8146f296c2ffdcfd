package dev.attachgateway.operation.execution;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.precondition.CloudStateReader;
import dev.attachgateway.operation.precondition.GrantRecheck;
import dev.attachgateway.operation.precondition.PreconditionConfig;
import dev.attachgateway.operation.precondition.ServerQueue;
import dev.attachgateway.operation.precondition.StepResult;
import dev.attachgateway.operation.store.ServerBusyException;
import dev.attachgateway.operation.store.TransitionDetails;
import dev.attachgateway.operation.store.TransitionStore;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.upstream.SendOptions;
import dev.attachgateway.upstream.credential.CloudCredentials;
import dev.attachgateway.upstream.http.CloudCallException;
import dev.attachgateway.upstream.http.CloudClock;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.http.Deadline;
import dev.attachgateway.upstream.http.UpstreamConfig;
import dev.attachgateway.upstream.resilience.CloudGuards;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Takes an operation from the reservation to the send: reads server and disk, waits for the server's slot, commits the
 * intent, sends once.
 */
@ApplicationScoped
public class SendStep {
    /** Time between the latest possible response and the earliest takeover by another driver. */
    public static final Duration TAKEOVER_MARGIN = Duration.ofSeconds(1);

    private final TransitionStore transitionStore;
    private final CloudStateReader cloudStateReader;
    private final ServerQueue serverQueue;
    private final GrantRecheck grantRecheck;
    private final CloudRequestSender requestSender;
    private final OutcomeRecorder outcomeRecorder;
    private final CloudCredentials credentials;
    private final CloudGuards guards;
    private final CloudClock clock;
    private final OperationConfig config;
    private final PreconditionConfig preconditions;
    private final Duration longestExchange;
    private final Duration signatureMaxAge;

    SendStep(
            TransitionStore transitionStore,
            CloudStateReader cloudStateReader,
            ServerQueue serverQueue,
            GrantRecheck grantRecheck,
            CloudRequestSender requestSender,
            OutcomeRecorder outcomeRecorder,
            CloudCredentials credentials,
            CloudGuards guards,
            CloudClock clock,
            OperationConfig config,
            PreconditionConfig preconditions,
            UpstreamConfig upstream) {
        this.transitionStore = transitionStore;
        this.cloudStateReader = cloudStateReader;
        this.serverQueue = serverQueue;
        this.grantRecheck = grantRecheck;
        this.requestSender = requestSender;
        this.outcomeRecorder = outcomeRecorder;
        this.credentials = credentials;
        this.guards = guards;
        this.clock = clock;
        this.config = config;
        this.preconditions = preconditions;
        this.longestExchange = upstream.longestExchange();
        this.signatureMaxAge = upstream.signatureMaxAge();
    }

    /**
     * Advances an operation that has not been sent as far as possible; a retry withdraws from the retry budget. For a new
     * operation the preconditions are checked before it queues, so that its caller gets a refusal without waiting.
     */
    Uni<StepResult> checkAndSend(Operation operation, OperationState.Unsent unsent) {
        if (unsent instanceof OperationState.Waiting
                && !operation.isOverdue()
                && !guards.withdrawStepRetry(operation.projectId(), CloudService.MODELARTS, CloudService.EVS)) {
            return Uni.createFrom().item(StepResult.nextStepIn(operation, outcomeRecorder.retryDelay(unsent)));
        }
        // The queue is checked again after the read: an operation paused meanwhile is not sent.
        Continuation continuation = cloudState ->
                proceedOrQueue(operation, unsent, () -> commitIntentAndSend(operation, unsent, cloudState));
        return unsent instanceof OperationState.Checking
                ? readCloudState(operation, unsent, continuation)
                : proceedOrQueue(operation, unsent, () -> readCloudState(operation, unsent, continuation));
    }

    /**
     * Handles an intent that another driver committed: its request may have left, so it is not sent again. This happens only
     * after that driver's send time-out and its longest wait for a response have passed.
     */
    Uni<StepResult> handleInterruptedSend(Operation operation, OperationState.Sending sending) {
        return outcomeRecorder.recordOutcome(
                operation, sending, new SendOutcome.Unknown("The gateway was interrupted while it sent the request."));
    }

    private interface Continuation {
        Uni<StepResult> proceed(CloudStateReader.CloudState cloudState);
    }

    private Uni<StepResult> proceedOrQueue(
            Operation operation, OperationState.Unsent unsent, Supplier<Uni<StepResult>> next) {
        return serverQueue
                .position(operation)
                .flatMap(queuePosition ->
                        queuePosition.canSend() ? next.get() : queue(operation, unsent, queuePosition));
    }

    private Uni<StepResult> queue(
            Operation operation, OperationState.Unsent unsent, ServerQueue.QueuePosition queuePosition) {
        if (operation.isOverdue()) {
            return outcomeRecorder.recordEnd(
                    operation,
                    unsent.fail(OperationFailure.notSent("The server was busy with other operations for too long.")));
        }
        var queued = queuePosition.queue(unsent);
        return queued.equals(unsent)
                ? Uni.createFrom().item(StepResult.nextStepIn(operation, config.queuePollInterval()))
                : transitionStore
                        .commit(operation, queued, TransitionDetails.nextStepIn(config.queuePollInterval()))
                        .map(waiting -> StepResult.nextStepIn(waiting, config.queuePollInterval()));
    }

    private Uni<StepResult> readCloudState(
            Operation operation, OperationState.Unsent unsent, Continuation continuation) {
        return cloudStateReader
                .read(operation)
                .onItemOrFailure()
                .transformToUni((cloudState, failure) -> failure == null
                        ? checkPreconditions(operation, unsent, cloudState, continuation)
                        : handleReadFailure(operation, unsent, failure));
    }

    private Uni<StepResult> checkPreconditions(
            Operation operation,
            OperationState.Unsent unsent,
            CloudStateReader.CloudState cloudState,
            Continuation continuation) {
        var violations = preconditions.of(operation.type()).violations(cloudState.server(), cloudState.disk());
        if (!violations.isEmpty()) {
            var failure = OperationFailure.of(violations);
            return outcomeRecorder.recordFailure(
                    operation,
                    FailureFinality.onPreconditionFailure(
                            unsent, failure, operation.sendHistory().hadUnknownOutcome()));
        }
        if (operation.isOverdue()) {
            return outcomeRecorder.recordEnd(operation, unsent.fail(OperationFailure.notSent(overdueMessage(unsent))));
        }
        return grantRecheck.check(operation).flatMap(recheckResult -> switch (recheckResult) {
            case GrantRecheck.RecheckResult.Granted _ -> continuation.proceed(cloudState);
            case GrantRecheck.RecheckResult.Denied(var failure) ->
                outcomeRecorder.recordEnd(operation, unsent.fail(failure));
            case GrantRecheck.RecheckResult.Undecided(var reason) ->
                outcomeRecorder.recordWaiting(operation, unsent.waitForRetry(reason));
        });
    }

    private Uni<StepResult> commitIntentAndSend(
            Operation operation, OperationState.Unsent unsent, CloudStateReader.CloudState cloudState) {
        // The reads are valid for the send time-out only: a request that gets a connection later is not sent, and they
        // are repeated.
        var sendBefore = Deadline.after(System.nanoTime(), config.sendTimeout());
        var ifInterrupted = config.sendTimeout().plus(longestExchange).plus(TAKEOVER_MARGIN);
        var window = signatureMaxAge.plus(clock.skew()).plus(longestExchange);
        return credentials.signsWrites(operation.projectId()).onItemOrFailure().transformToUni((signed, missing) -> {
            if (missing != null) {
                return handleReadFailure(operation, unsent, missing);
            }
            var intent = new TransitionDetails.SendIntent(config.sendTimeout(), window, signed, cloudState.baseline());
            return transitionStore
                    .commit(operation, unsent.startSending(), TransitionDetails.forSend(intent, ifInterrupted))
                    .flatMap(intended -> requestSender
                            .send(intended, new SendOptions(intended.updatedAt(), sendBefore, signed))
                            .flatMap(outcome -> outcomeRecorder.recordOutcome(
                                    intended, (OperationState.Sending) intended.state(), outcome)))
                    .onFailure(ServerBusyException.class)
                    .recoverWithUni(_ -> serverQueue
                            .position(operation)
                            .flatMap(queuePosition -> queue(operation, unsent, queuePosition)));
        });
    }

    private Uni<StepResult> handleReadFailure(Operation operation, OperationState.Unsent unsent, Throwable failure) {
        if (failure instanceof CloudCallException.Refused refused) {
            return outcomeRecorder.recordEnd(operation, unsent.fail(OperationFailure.of(refused)));
        }
        var reason = "Server and disk could not be read: " + CloudRequestSender.describeFailure(failure);
        // A waiting caller gets the failure now and may retry; without one the operation retries until its deadline.
        if (operation.databaseNow().isBefore(operation.responseDeadline()) || operation.isOverdue()) {
            return outcomeRecorder.recordEnd(
                    operation, unsent.fail(OperationFailure.of(ProblemType.CLOUD_NOT_READABLE, reason)));
        }
        return outcomeRecorder.recordWaiting(operation, unsent.waitForRetry(reason));
    }

    private static String overdueMessage(OperationState.Unsent unsent) {
        return "It could not be sent in time."
                + (unsent.detail() == null || unsent.detail().isEmpty()
                        ? ""
                        : " The last obstacle: " + unsent.detail());
    }
}
