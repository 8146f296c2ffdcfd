package dev.attachgateway.operation.execution;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.precondition.Backoff;
import dev.attachgateway.operation.precondition.CloudStateReader;
import dev.attachgateway.operation.precondition.GrantRecheck;
import dev.attachgateway.operation.precondition.PreconditionConfig;
import dev.attachgateway.operation.precondition.ServerQueue;
import dev.attachgateway.operation.precondition.StepResult;
import dev.attachgateway.operation.store.ServerBusyException;
import dev.attachgateway.operation.store.TransitionDetails;
import dev.attachgateway.operation.store.TransitionStore;
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

/** From the reservation to the intent: look at server and disk, ask for the server's turn, commit the intent, send once. */
@ApplicationScoped
public class SendStep {
    /** Between the last moment at which an answer can come and the first at which somebody else judges the outcome. */
    public static final Duration TAKEOVER_MARGIN = Duration.ofSeconds(1);

    private final TransitionStore transitionStore;
    private final CloudStateReader cloudStateReader;
    private final ServerQueue serverQueue;
    private final GrantRecheck grantRecheck;
    private final CloudRequestSender requestSender;
    private final CloudCredentials credentials;
    private final CloudGuards guards;
    private final CloudClock clock;
    private final OperationConfig config;
    private final PreconditionConfig preconditions;
    private final Duration longestExchange;
    private final Duration signatureMaxAge;
    private final Backoff backoff;

    SendStep(
            TransitionStore transitionStore,
            CloudStateReader cloudStateReader,
            ServerQueue serverQueue,
            GrantRecheck grantRecheck,
            CloudRequestSender sender,
            CloudCredentials credentials,
            CloudGuards guards,
            CloudClock clock,
            OperationConfig config,
            PreconditionConfig rules,
            UpstreamConfig upstream) {
        this.transitionStore = transitionStore;
        this.cloudStateReader = cloudStateReader;
        this.serverQueue = serverQueue;
        this.grantRecheck = grantRecheck;
        this.requestSender = sender;
        this.credentials = credentials;
        this.guards = guards;
        this.clock = clock;
        this.config = config;
        this.preconditions = rules;
        this.longestExchange = upstream.longestExchange();
        this.signatureMaxAge = upstream.signatureMaxAge();
        this.backoff = new Backoff(config.retryInitialDelay(), config.pollMaxInterval());
    }

    /**
     * As far as it gets now; what waited to be tried again needs a repetition's worth of budget. The caller of a new
     * operation hears first what speaks against it, then waits for its turn.
     */
    Uni<StepResult> checkAndSend(Operation operation, OperationState.Unsent unsent) {
        if (unsent instanceof OperationState.Waiting
                && !operation.isOverdue()
                && !guards.withdraw(operation.projectId(), CloudService.MODELARTS, CloudService.EVS)) {
            return Uni.createFrom().item(StepResult.nextStepIn(operation, backoff.delay(unsent.attempts())));
        }
        // Asked again after the look: what was paused meanwhile is not sent.
        Continuation send = cloudState ->
                proceedOrQueue(operation, unsent, () -> commitIntentAndSend(operation, unsent, cloudState));
        return unsent instanceof OperationState.Checking
                ? readCloudState(operation, unsent, send)
                : proceedOrQueue(operation, unsent, () -> readCloudState(operation, unsent, send));
    }

    /**
     * An intent that somebody else committed: whether its request left cannot be known, so it is not sent again. Nobody gets
     * here before the other's last moment to send, and its longest wait for an answer, are over.
     */
    Uni<StepResult> handleInterruptedSend(Operation operation, OperationState.Sending found) {
        return requestSender.recordUnknownOutcome(
                operation, found, "The gateway was interrupted while it sent the request.");
    }

    private interface Continuation {
        Uni<StepResult> proceed(CloudStateReader.CloudState cloudState);
    }

    private Uni<StepResult> proceedOrQueue(
            Operation operation, OperationState.Unsent unsent, Supplier<Uni<StepResult>> onward) {
        return serverQueue
                .position(operation)
                .flatMap(queuePosition ->
                        queuePosition.canSend() ? onward.get() : queue(operation, unsent, queuePosition));
    }

    private Uni<StepResult> queue(
            Operation operation, OperationState.Unsent unsent, ServerQueue.QueuePosition queuePosition) {
        if (operation.isOverdue()) {
            return fail(operation, unsent.fail(OperationFailure.notSent("The server's turn did not come in time.")));
        }
        var queued = unsent.queue(queuePosition.detail());
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
        var objections = preconditions.of(operation.type()).violations(cloudState.server(), cloudState.disk());
        if (!objections.isEmpty()) {
            var failure = OperationFailure.of(objections);
            return requestSender.recordFailure(
                    operation,
                    FailureFinality.onPreconditionFailure(
                            unsent, failure, operation.sendHistory().hadUnknownOutcome()));
        }
        if (operation.isOverdue()) {
            return fail(operation, unsent.fail(OperationFailure.notSent(overdueMessage(unsent))));
        }
        return grantRecheck.check(operation).flatMap(recheckResult -> switch (recheckResult) {
            case GrantRecheck.RecheckResult.Granted granted -> continuation.proceed(cloudState);
            case GrantRecheck.RecheckResult.Denied(var failure) -> fail(operation, unsent.fail(failure));
            case GrantRecheck.RecheckResult.Undecided(var reason) -> retryLater(operation, unsent.waitForRetry(reason));
        });
    }

    private Uni<StepResult> commitIntentAndSend(
            Operation operation, OperationState.Unsent unsent, CloudStateReader.CloudState cloudState) {
        // What was seen is good for so long only: a request that gets a connection later is not sent, and looks again.
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
                    .flatMap(intended ->
                            requestSender.send(intended, new SendOptions(intended.updatedAt(), sendBefore, signed)))
                    .onFailure(ServerBusyException.class)
                    .recoverWithUni(taken -> serverQueue
                            .position(operation)
                            .flatMap(queuePosition -> queue(operation, unsent, queuePosition)));
        });
    }

    private Uni<StepResult> handleReadFailure(Operation operation, OperationState.Unsent unsent, Throwable failure) {
        if (failure instanceof CloudCallException.Refused refused) {
            return fail(operation, unsent.fail(OperationFailure.of(refused)));
        }
        var reason = "Server and disk cannot be looked at: " + CloudRequestSender.describeFailure(failure);
        // A caller who still waits is told now and may ask again; one who has left gets the operation's whole patience.
        if (operation.databaseNow().isBefore(operation.responseDeadline()) || operation.isOverdue()) {
            return fail(
                    operation,
                    unsent.fail(OperationFailure.of(
                            OperationFailure.Kind.NOT_CHECKED, "Gateway.CloudNotReadable", reason)));
        }
        return retryLater(operation, unsent.waitForRetry(reason));
    }

    private static String overdueMessage(OperationState.Unsent unsent) {
        return "It could not be sent in time."
                + (unsent.detail() == null || unsent.detail().isEmpty()
                        ? ""
                        : " What stood in the way last: " + unsent.detail());
    }

    private Uni<StepResult> retryLater(Operation operation, OperationState.Waiting waiting) {
        var wait = backoff.delay(waiting.attempts());
        return operation.state().equals(waiting)
                ? Uni.createFrom().item(StepResult.nextStepIn(operation, wait))
                : transitionStore
                        .commit(operation, waiting, TransitionDetails.nextStepIn(wait))
                        .map(held -> StepResult.nextStepIn(held, wait));
    }

    private Uni<StepResult> fail(Operation operation, OperationState.Failed failed) {
        return transitionStore
                .commit(operation, failed, TransitionDetails.noNextStep())
                .map(StepResult::noNextStep);
    }
}
