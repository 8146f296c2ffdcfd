package dev.attachgateway.operation;

import dev.attachgateway.upstream.ModelArts;
import dev.attachgateway.upstream.UpstreamFailure;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/** From the cloud's acceptance to the end: one poller for each operation, and a look at disk and server before "success". */
@ApplicationScoped
class FollowUp {
    private static final Logger LOG = Logger.getLogger(FollowUp.class);

    private final Transitions transitions;
    private final Checks checks;
    private final ModelArts modelArts;
    private final Sender sender;
    private final OperationConfig config;
    private final RulesConfig rules;
    private final Backoff polls;

    FollowUp(
            Transitions transitions,
            Checks checks,
            ModelArts modelArts,
            Sender sender,
            OperationConfig config,
            RulesConfig rules) {
        this.transitions = transitions;
        this.sender = sender;
        this.rules = rules;
        this.checks = checks;
        this.modelArts = modelArts;
        this.config = config;
        this.polls = new Backoff(config.pollFirst(), config.pollMost());
    }

    /** Asks the cloud how far its operation is. */
    Uni<Next> follow(Operation operation, State.Following following, int round) {
        return modelArts
                .operation(operation.projectId(), operation.serverId(), following.upstreamId())
                .onItemOrFailure()
                .transformToUni((progress, failure) -> failure == null
                        ? heard(operation, following, progress, round)
                        : unheard(operation, following, failure, round));
    }

    /** Looks whether the disk is where the cloud says it put it. EVS lags, so a "no" is not final at once. */
    Uni<Next> confirm(Operation operation, State.Confirming confirming, int round) {
        return seen(operation).flatMap(there -> {
            if (there) {
                return end(operation, confirming.confirmed());
            }
            if (operation.now().isBefore(operation.updatedAt().plus(config.confirmWithin()))) {
                return again(operation, round);
            }
            return sender.inDoubt(
                    operation,
                    confirming.notSeen("The cloud's operation is over, but neither the disk nor the server shows it."
                            + " The disk stays reserved."));
        });
    }

    private Uni<Next> heard(Operation operation, State.Following following, ModelArts.Progress progress, int round) {
        return switch (progress.word()) {
            case PENDING -> stillFollowing(operation, following, round);
            case RUNNING ->
                following.running()
                        ? stillFollowing(operation, following, round)
                        : transitions
                                .change(operation, following.nowRunning(), Plan.next(Duration.ZERO))
                                .map(running -> Next.in(running, config.pollFirst()));
            case SUCCESS -> saidDone(operation, following);
            case FAILED ->
                sender.fails(
                        operation,
                        Doubt.failed(
                                following,
                                Failure.of(progress),
                                operation.trace().doubted()));
        };
    }

    private Uni<Next> unheard(Operation operation, State.Following following, Throwable failure, int round) {
        if (failure instanceof UpstreamFailure.Refused refused && refused.isNotFound()) {
            // How long the cloud remembers an operation is not documented. What it did shows on the disk.
            return saidDone(operation, following);
        }
        LOG.debugf("operation not heard of operation=%s reason=%s", operation.id(), failure.getMessage());
        return stillFollowing(operation, following, round);
    }

    private Uni<Next> saidDone(Operation operation, State.Following following) {
        return transitions
                .change(operation, following.saidDone(), Plan.next(Duration.ZERO))
                .map(Next::now);
    }

    private Uni<Boolean> seen(Operation operation) {
        return checks.look(operation)
                .map(sight -> rules.of(operation.type()).isConfirmed(sight.server(), sight.disk()))
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.debugf("operation not confirmed operation=%s reason=%s", operation.id(), failure.getMessage());
                    return false;
                });
    }

    private Uni<Next> stillFollowing(Operation operation, State.Following following, int round) {
        if (operation.now().isBefore(operation.updatedAt().plus(config.followWithin()))) {
            return again(operation, round);
        }
        return sender.inDoubt(
                operation,
                following.lostSight(
                        "The cloud accepted the request and has not said for long how it ended. The disk stays"
                                + " reserved."));
    }

    private Uni<Next> again(Operation operation, int round) {
        return Uni.createFrom().item(Next.in(operation, polls.wait(round)));
    }

    private Uni<Next> end(Operation operation, State.Succeeded succeeded) {
        return transitions.change(operation, succeeded, Plan.rest()).map(Next::none);
    }
}
