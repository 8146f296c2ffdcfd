package dev.attachgateway.operation;

import dev.attachgateway.upstream.ModelArts;
import dev.attachgateway.upstream.NoCredential;
import dev.attachgateway.upstream.Send;
import dev.attachgateway.upstream.UpstreamFailure;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Sends a request whose intent is committed, once, and writes down what came of it. */
@ApplicationScoped
class Sender {
    private static final Logger LOG = Logger.getLogger(Sender.class);

    private final Transitions transitions;
    private final ModelArts modelArts;
    private final OperationConfig config;
    private final OperationMetrics metrics;
    private final Backoff backoff;

    Sender(Transitions transitions, ModelArts modelArts, OperationConfig config, OperationMetrics metrics) {
        this.transitions = transitions;
        this.modelArts = modelArts;
        this.config = config;
        this.metrics = metrics;
        this.backoff = new Backoff(config.retryFirst(), config.pollMost());
    }

    Uni<Next> send(Operation operation, Send send) {
        var sending = (State.Sending) operation.state();
        metrics.sending(operation.type());
        var sent = switch (operation.type()) {
            case ATTACH -> modelArts.attach(operation.projectId(), operation.serverId(), operation.volumeId(), send);
            case DETACH -> modelArts.detach(operation.projectId(), operation.serverId(), operation.volumeId(), send);
        };
        return sent.onItemOrFailure()
                .transformToUni((accepted, failure) -> failure == null
                        ? accepted(operation, sending, accepted)
                        : notAccepted(operation, sending, failure));
    }

    /** It may have left. The disk stays reserved, and looking has to tell. */
    Uni<Next> lostSight(Operation operation, State.Sending sending, String reason) {
        return inDoubt(
                operation,
                sending.lostSight(reason + " The disk stays reserved and nothing is sent again until it is known."));
    }

    Uni<Next> inDoubt(Operation operation, State.Unsettled unsettled) {
        LOG.warnf(
                "operation unsettled operation=%s project=%s server=%s disk=%s reason=%s",
                operation.id(), operation.projectId(), operation.serverId(), operation.volumeId(), unsettled.detail());
        return transitions
                .change(operation, unsettled, Plan.next(config.settleEvery()))
                .map(changed -> Next.in(changed, config.pollFirst()));
    }

    /** It fails, or would fail if no earlier request could be the reason. */
    Uni<Next> fails(Operation operation, State to) {
        return to instanceof State.Unsettled unsettled
                ? inDoubt(operation, unsettled)
                : transitions.change(operation, to, Plan.rest()).map(Next::none);
    }

    static String sentence(Throwable failure) {
        if (failure instanceof UpstreamFailure || failure instanceof NoCredential) {
            return failure.getMessage() + ".";
        }
        LOG.error("a call to the cloud failed in a way nobody expected", failure);
        return "an unexpected error.";
    }

    private Uni<Next> accepted(Operation operation, State.Sending sending, ModelArts.Accepted accepted) {
        var running = accepted.word() == ModelArts.Word.RUNNING;
        return transitions
                .change(operation, sending.accepted(accepted.operationId(), running), Plan.next(config.pollFirst()))
                .onFailure()
                .invoke(failure -> LOG.errorf(
                        "acceptance not recorded operation=%s cloud_operation=%s reason=%s",
                        operation.id(), accepted.operationId(), failure.getMessage()))
                .map(following -> Next.in(following, config.pollFirst()));
    }

    private Uni<Next> notAccepted(Operation operation, State.Sending sending, Throwable failure) {
        return switch (failure) {
            case UpstreamFailure.Refused refused ->
                fails(
                        operation,
                        Doubt.refused(
                                sending, Failure.of(refused), operation.trace().doubted()));
            case UpstreamFailure.NotStarted notStarted -> notStarted(operation, sending, failure);
            case NoCredential missing -> notStarted(operation, sending, failure);
            default -> lostSight(operation, sending, "The outcome of the request is unknown: " + sentence(failure));
        };
    }

    private Uni<Next> notStarted(Operation operation, State.Sending sending, Throwable failure) {
        var reason = "The request did not begin: " + sentence(failure);
        if (operation.isOverdue()) {
            return fails(operation, sending.refused(Failure.notSent(reason)));
        }
        var wait = backoff.wait(sending.attempts());
        return transitions
                .change(operation, sending.notStarted(reason + " It will be sent again."), Plan.next(wait))
                .map(waiting -> Next.in(waiting, wait));
    }
}
