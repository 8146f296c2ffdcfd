package dev.attachgateway.operation;

import dev.attachgateway.operation.Transitions.Plan;
import dev.attachgateway.upstream.ModelArts;
import dev.attachgateway.upstream.UpstreamFailure;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Objects;
import org.jboss.logging.Logger;

/** From the cloud's acceptance to the end: one poller for each operation, and a look at disk and server before "success". */
@ApplicationScoped
class FollowUp {
    private static final Logger LOG = Logger.getLogger(FollowUp.class);
    private static final int WATCH_FACTOR = 3;

    private final Transitions transitions;
    private final Checks checks;
    private final ModelArts modelArts;
    private final OperationConfig config;
    private final Backoff polls;

    FollowUp(Transitions transitions, Checks checks, ModelArts modelArts, OperationConfig config) {
        this.transitions = transitions;
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
            return unsettled(
                    operation,
                    confirming.notSeen("The cloud's operation is over, but neither the disk nor the server shows the"
                            + " attachment. The disk stays reserved."));
        });
    }

    /** An accepted operation that could not be confirmed may still show; one that was never accepted has nothing to show. */
    Uni<Next> watch(Operation operation, State.Unsettled unsettled) {
        if (unsettled.upstreamId() == null) {
            return Uni.createFrom().item(Next.none(operation));
        }
        return seen(operation)
                .flatMap(there -> there
                        ? end(operation, unsettled.confirmed())
                        : Uni.createFrom().item(Next.in(operation, watchEvery())));
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
                transitions
                        .change(operation, following.failed(failure(progress)), Plan.rest())
                        .map(Next::none);
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
                .map(Checks.Sight::confirmsAttach)
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.debugf("operation not confirmed operation=%s reason=%s", operation.id(), failure.getMessage());
                    return false;
                });
    }

    private Uni<Next> stillFollowing(Operation operation, State.Following following, int round) {
        if (operation.now().isBefore(operation.createdAt().plus(config.followWithin()))) {
            return again(operation, round);
        }
        return unsettled(
                operation,
                following.lostSight(
                        "The cloud accepted the request and has not said for long how it ended. The disk stays"
                                + " reserved."));
    }

    private Uni<Next> unsettled(Operation operation, State.Unsettled unsettled) {
        LOG.warnf(
                "operation unsettled operation=%s project=%s server=%s disk=%s reason=%s",
                operation.id(), operation.projectId(), operation.serverId(), operation.volumeId(), unsettled.detail());
        return transitions
                .change(operation, unsettled, Plan.next(watchEvery()))
                .map(changed -> Next.in(changed, watchEvery()));
    }

    private Uni<Next> again(Operation operation, int round) {
        return Uni.createFrom().item(Next.in(operation, polls.wait(round)));
    }

    private Uni<Next> end(Operation operation, State.Succeeded succeeded) {
        return transitions.change(operation, succeeded, Plan.rest()).map(Next::none);
    }

    private Duration watchEvery() {
        return config.pollMost().multipliedBy(WATCH_FACTOR);
    }

    private static Failure failure(ModelArts.Progress progress) {
        return Failure.of(
                Failure.Kind.FAILED_LATER,
                Objects.requireNonNullElse(progress.errorCode(), "Gateway.CloudFailed"),
                Objects.requireNonNullElse(progress.errorMessage(), "The cloud gave no reason."));
    }
}
