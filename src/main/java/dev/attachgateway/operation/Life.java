package dev.attachgateway.operation;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Takes an operation one step further, whoever has the lease and however often it was interrupted before. */
@ApplicationScoped
class Life {
    private final Attempt attempt;
    private final FollowUp followUp;

    private final Settling settling;

    Life(Attempt attempt, FollowUp followUp, Settling settling) {
        this.attempt = attempt;
        this.followUp = followUp;
        this.settling = settling;
    }

    /**
     * One step.
     *
     * @param round how many steps in a row changed nothing: the waits grow with it
     * @return fails with {@link LeaseLost} when somebody else has taken over
     */
    Uni<Next> advance(Operation operation, int round) {
        return switch (operation.state()) {
            case State.Unsent unsent -> attempt.lookAndSend(operation, unsent);
            case State.Sending found -> attempt.interrupted(operation, found);
            case State.Following following -> followUp.follow(operation, following, round);
            case State.Confirming confirming -> followUp.confirm(operation, confirming, round);
            case State.Unsettled unsettled -> settling.look(operation, unsettled);
            case State.Succeeded succeeded -> Uni.createFrom().item(Next.none(operation));
            case State.Failed failed -> Uni.createFrom().item(Next.none(operation));
        };
    }
}
