package dev.attachgateway.operation;

import dev.attachgateway.operation.Transitions.Plan;
import dev.attachgateway.upstream.Credentials;
import dev.attachgateway.upstream.Deadline;
import dev.attachgateway.upstream.ModelArts;
import dev.attachgateway.upstream.NoCredential;
import dev.attachgateway.upstream.Send;
import dev.attachgateway.upstream.UpstreamConfig;
import dev.attachgateway.upstream.UpstreamFailure;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/** One attempt to attach: look, commit the intent, send once, and write down what came of it. */
@ApplicationScoped
class Attempt {
    private static final Logger LOG = Logger.getLogger(Attempt.class);

    /** Between the last moment at which an answer can come and the first at which somebody else judges the outcome. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final Transitions transitions;
    private final Checks checks;
    private final ModelArts modelArts;
    private final Credentials credentials;
    private final OperationConfig config;
    private final RulesConfig rules;
    private final Duration longestExchange;
    private final Backoff backoff;

    Attempt(
            Transitions transitions,
            Checks checks,
            ModelArts modelArts,
            Credentials credentials,
            OperationConfig config,
            RulesConfig rules,
            UpstreamConfig upstream) {
        this.transitions = transitions;
        this.checks = checks;
        this.modelArts = modelArts;
        this.credentials = credentials;
        this.config = config;
        this.rules = rules;
        this.longestExchange = upstream.connectTimeout().plus(upstream.answerTimeout());
        this.backoff = new Backoff(config.retryFirst(), config.pollMost());
    }

    Uni<Next> lookAndSend(Operation operation, State.Unsent unsent) {
        return checks.look(operation)
                .onItemOrFailure()
                .transformToUni((sight, failure) ->
                        failure == null ? judge(operation, unsent, sight) : notSeen(operation, unsent, failure));
    }

    /**
     * An intent that somebody else committed: whether its request left cannot be known, so it is not sent again. Nobody gets
     * here before the other's last moment to send, and its longest wait for an answer, are over.
     */
    Uni<Next> interrupted(Operation operation, State.Sending found) {
        return lostSight(operation, found, "The gateway was interrupted while it sent the request.");
    }

    private Uni<Next> judge(Operation operation, State.Unsent unsent, Checks.Sight sight) {
        var objections = rules.rules().objections(sight.server(), sight.disk());
        if (!objections.isEmpty()) {
            return end(operation, unsent.fail(Failure.of(objections)));
        }
        return credentials
                .signsWrites(operation.projectId())
                .onItemOrFailure()
                .transformToUni((signed, failure) -> failure == null
                        ? intendAndSend(operation, unsent, sight, signed)
                        : notSeen(operation, unsent, failure));
    }

    private Uni<Next> intendAndSend(Operation operation, State.Unsent unsent, Checks.Sight sight, boolean signed) {
        // What was seen is good for so long only: a request that gets a connection later is not sent, and looks again.
        var sendBefore = Deadline.after(System.nanoTime(), config.sendWithin());
        var ifInterrupted = config.sendWithin().plus(longestExchange).plus(MARGIN);
        return transitions
                .change(operation, unsent.intend(), new Plan(ifInterrupted, config.sendWithin(), sight.baseline()))
                .flatMap(intended -> send(
                        intended,
                        (State.Sending) intended.state(),
                        new Send(intended.updatedAt(), sendBefore, signed)));
    }

    private Uni<Next> notSeen(Operation operation, State.Unsent unsent, Throwable failure) {
        if (failure instanceof UpstreamFailure.Refused refused) {
            return end(operation, unsent.fail(Failure.of(refused)));
        }
        var reason = "Server and disk cannot be looked at: " + sentence(failure);
        // A caller who still waits is told now and may ask again; one who has left gets the operation's whole patience.
        if (operation.now().isBefore(operation.answerBy()) || isOverdue(operation)) {
            return end(
                    operation, unsent.fail(Failure.of(Failure.Kind.NOT_CHECKED, "Gateway.CloudNotReadable", reason)));
        }
        return later(operation, unsent.hold(reason));
    }

    private Uni<Next> send(Operation operation, State.Sending sending, Send how) {
        return modelArts
                .attach(operation.projectId(), operation.serverId(), operation.volumeId(), how)
                .onItemOrFailure()
                .transformToUni((accepted, failure) -> failure == null
                        ? accepted(operation, sending, accepted)
                        : notAccepted(operation, sending, failure));
    }

    private Uni<Next> accepted(Operation operation, State.Sending sending, ModelArts.Accepted accepted) {
        var running = accepted.word() == ModelArts.Word.RUNNING;
        return transitions
                .change(operation, sending.accepted(accepted.operationId(), running), Plan.next(Duration.ZERO))
                .onFailure()
                .invoke(failure -> LOG.errorf(
                        "acceptance not recorded operation=%s cloud_operation=%s reason=%s",
                        operation.id(), accepted.operationId(), failure.getMessage()))
                .map(following -> Next.in(following, config.pollFirst()));
    }

    private Uni<Next> notAccepted(Operation operation, State.Sending sending, Throwable failure) {
        return switch (failure) {
            case UpstreamFailure.Refused refused -> end(operation, sending.refused(Failure.of(refused)));
            case UpstreamFailure.NotStarted notStarted -> notStarted(operation, sending, failure);
            case NoCredential missing -> notStarted(operation, sending, failure);
            default -> lostSight(operation, sending, "The outcome of the request is unknown: " + sentence(failure));
        };
    }

    private Uni<Next> notStarted(Operation operation, State.Sending sending, Throwable failure) {
        var reason = "The request did not begin: " + sentence(failure);
        return isOverdue(operation)
                ? end(operation, sending.refused(Failure.of(Failure.Kind.NOT_SENT, "Gateway.NotSent", reason)))
                : later(operation, sending.notStarted(reason + " It will be sent again."));
    }

    private Uni<Next> lostSight(Operation operation, State.Sending sending, String reason) {
        LOG.warnf(
                "operation unsettled operation=%s project=%s server=%s disk=%s reason=%s",
                operation.id(), operation.projectId(), operation.serverId(), operation.volumeId(), reason);
        var detail = reason + " The disk stays reserved and nothing is sent again until it is known.";
        return transitions
                .change(operation, sending.lostSight(detail), Plan.rest())
                .map(Next::none);
    }

    private Uni<Next> later(Operation operation, State.Waiting waiting) {
        var wait = backoff.wait(waiting.attempts());
        return operation.state().equals(waiting)
                ? Uni.createFrom().item(Next.in(operation, wait))
                : transitions.change(operation, waiting, Plan.next(wait)).map(held -> Next.in(held, wait));
    }

    private Uni<Next> end(Operation operation, State.Failed failed) {
        return transitions.change(operation, failed, Plan.rest()).map(Next::none);
    }

    private static boolean isOverdue(Operation operation) {
        return operation.now().isAfter(operation.deadline());
    }

    private static String sentence(Throwable failure) {
        if (failure instanceof UpstreamFailure || failure instanceof NoCredential) {
            return failure.getMessage() + ".";
        }
        LOG.error("a call to the cloud failed in a way nobody expected", failure);
        return "an unexpected error.";
    }
}
