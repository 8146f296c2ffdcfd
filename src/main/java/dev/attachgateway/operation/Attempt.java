package dev.attachgateway.operation;

import dev.attachgateway.upstream.CloudClock;
import dev.attachgateway.upstream.Credentials;
import dev.attachgateway.upstream.Deadline;
import dev.attachgateway.upstream.Guards;
import dev.attachgateway.upstream.Send;
import dev.attachgateway.upstream.Service;
import dev.attachgateway.upstream.UpstreamConfig;
import dev.attachgateway.upstream.UpstreamFailure;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Supplier;

/** From the reservation to the intent: look at server and disk, ask for the server's turn, commit the intent, send once. */
@ApplicationScoped
class Attempt {
    /** Between the last moment at which an answer can come and the first at which somebody else judges the outcome. */
    static final Duration MARGIN = Duration.ofSeconds(1);

    private final Transitions transitions;
    private final Checks checks;
    private final Turns turns;
    private final Permission permission;
    private final Sender sender;
    private final Credentials credentials;
    private final Guards guards;
    private final CloudClock clock;
    private final OperationConfig config;
    private final RulesConfig rules;
    private final Duration longestExchange;
    private final Duration accepted;
    private final Backoff backoff;

    Attempt(
            Transitions transitions,
            Checks checks,
            Turns turns,
            Permission permission,
            Sender sender,
            Credentials credentials,
            Guards guards,
            CloudClock clock,
            OperationConfig config,
            RulesConfig rules,
            UpstreamConfig upstream) {
        this.transitions = transitions;
        this.checks = checks;
        this.turns = turns;
        this.permission = permission;
        this.sender = sender;
        this.credentials = credentials;
        this.guards = guards;
        this.clock = clock;
        this.config = config;
        this.rules = rules;
        this.longestExchange = upstream.longestExchange();
        this.accepted = upstream.signatureAccepted();
        this.backoff = new Backoff(config.retryFirst(), config.pollMost());
    }

    /**
     * As far as it gets now; what waited to be tried again needs a repetition's worth of budget. The caller of a new
     * operation hears first what speaks against it, then waits for its turn.
     */
    Uni<Next> lookAndSend(Operation operation, State.Unsent unsent) {
        if (unsent instanceof State.Waiting
                && !operation.isOverdue()
                && !guards.withdraw(operation.projectId(), Service.MODELARTS, Service.EVS)) {
            return Uni.createFrom().item(Next.in(operation, backoff.wait(unsent.attempts())));
        }
        // Asked again after the look: what was paused meanwhile is not sent.
        Onward send = sight -> inTurn(operation, unsent, () -> intend(operation, unsent, sight));
        return unsent instanceof State.Checking
                ? look(operation, unsent, send)
                : inTurn(operation, unsent, () -> look(operation, unsent, send));
    }

    /**
     * An intent that somebody else committed: whether its request left cannot be known, so it is not sent again. Nobody gets
     * here before the other's last moment to send, and its longest wait for an answer, are over.
     */
    Uni<Next> interrupted(Operation operation, State.Sending found) {
        return sender.lostSight(operation, found, "The gateway was interrupted while it sent the request.");
    }

    private interface Onward {
        Uni<Next> with(Checks.Sight sight);
    }

    private Uni<Next> inTurn(Operation operation, State.Unsent unsent, Supplier<Uni<Next>> onward) {
        return turns.place(operation).flatMap(place -> place.isTurn() ? onward.get() : queue(operation, unsent, place));
    }

    private Uni<Next> queue(Operation operation, State.Unsent unsent, Turns.Place place) {
        if (operation.isOverdue()) {
            return end(operation, unsent.fail(Failure.notSent("The server's turn did not come in time.")));
        }
        var queued = unsent.queue(place.detail());
        return queued.equals(unsent)
                ? Uni.createFrom().item(Next.in(operation, config.queueLook()))
                : transitions
                        .change(operation, queued, Plan.next(config.queueLook()))
                        .map(waiting -> Next.in(waiting, config.queueLook()));
    }

    private Uni<Next> look(Operation operation, State.Unsent unsent, Onward onward) {
        return checks.look(operation)
                .onItemOrFailure()
                .transformToUni((sight, failure) -> failure == null
                        ? judge(operation, unsent, sight, onward)
                        : notSeen(operation, unsent, failure));
    }

    private Uni<Next> judge(Operation operation, State.Unsent unsent, Checks.Sight sight, Onward onward) {
        var objections = rules.of(operation.type()).violations(sight.server(), sight.disk());
        if (!objections.isEmpty()) {
            var failure = Failure.of(objections);
            return sender.fails(
                    operation, Doubt.objected(unsent, failure, operation.trace().doubted()));
        }
        if (operation.isOverdue()) {
            return end(operation, unsent.fail(Failure.notSent(overdue(unsent))));
        }
        return permission.of(operation).flatMap(verdict -> switch (verdict) {
            case Permission.Verdict.Yes yes -> onward.with(sight);
            case Permission.Verdict.No(var failure) -> end(operation, unsent.fail(failure));
            case Permission.Verdict.Open(var reason) -> later(operation, unsent.hold(reason));
        });
    }

    private Uni<Next> intend(Operation operation, State.Unsent unsent, Checks.Sight sight) {
        // What was seen is good for so long only: a request that gets a connection later is not sent, and looks again.
        var sendBefore = Deadline.after(System.nanoTime(), config.sendWithin());
        var ifInterrupted = config.sendWithin().plus(longestExchange).plus(MARGIN);
        var window = accepted.plus(clock.skew()).plus(longestExchange);
        return credentials.signsWrites(operation.projectId()).onItemOrFailure().transformToUni((signed, missing) -> {
            if (missing != null) {
                return notSeen(operation, unsent, missing);
            }
            var intent = new Plan.Intent(config.sendWithin(), window, signed, sight.baseline());
            return transitions
                    .change(operation, unsent.intend(), Plan.send(intent, ifInterrupted))
                    .flatMap(intended -> sender.send(intended, new Send(intended.updatedAt(), sendBefore, signed)))
                    .onFailure(TurnTaken.class)
                    .recoverWithUni(taken -> turns.place(operation).flatMap(place -> queue(operation, unsent, place)));
        });
    }

    private Uni<Next> notSeen(Operation operation, State.Unsent unsent, Throwable failure) {
        if (failure instanceof UpstreamFailure.Refused refused) {
            return end(operation, unsent.fail(Failure.of(refused)));
        }
        var reason = "Server and disk cannot be looked at: " + Sender.sentence(failure);
        // A caller who still waits is told now and may ask again; one who has left gets the operation's whole patience.
        if (operation.now().isBefore(operation.answerBy()) || operation.isOverdue()) {
            return end(
                    operation, unsent.fail(Failure.of(Failure.Kind.NOT_CHECKED, "Gateway.CloudNotReadable", reason)));
        }
        return later(operation, unsent.hold(reason));
    }

    private static String overdue(State.Unsent unsent) {
        return "It could not be sent in time."
                + (unsent.detail() == null || unsent.detail().isEmpty()
                        ? ""
                        : " What stood in the way last: " + unsent.detail());
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
}
