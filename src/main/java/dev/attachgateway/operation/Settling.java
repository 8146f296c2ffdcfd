package dev.attachgateway.operation;

import dev.attachgateway.upstream.ModelArts;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what became of a request whose outcome is unknown, by looking at server and disk until it is certain. Only then
 * is it sent again, or ended.
 */
@ApplicationScoped
class Settling {
    private static final Logger LOG = Logger.getLogger(Settling.class);

    private final Transitions transitions;
    private final Checks checks;
    private final Drifts drifts;
    private final ModelArts modelArts;
    private final OperationConfig config;
    private final RulesConfig rules;
    private final Settlement settlement;

    Settling(
            Transitions transitions,
            Checks checks,
            Drifts drifts,
            ModelArts modelArts,
            OperationConfig config,
            RulesConfig rules) {
        this.transitions = transitions;
        this.checks = checks;
        this.drifts = drifts;
        this.modelArts = modelArts;
        this.config = config;
        this.rules = rules;
        this.settlement = new Settlement(config.settleReads(), config.settleQuiet());
    }

    /** One look, and what follows from it. */
    Uni<Next> look(Operation operation, State.Unsettled unsettled) {
        var begun = operation.now();
        return Uni.combine()
                .all()
                .unis(sight(operation), progress(operation, unsettled.upstreamId()))
                .asTuple()
                .flatMap(both -> believed(operation, both.getItem1())
                        .flatMap(held -> follow(
                                held,
                                settlement.decide(
                                        unsettled,
                                        held.trace(),
                                        rules.of(held.type()),
                                        both.getItem1(),
                                        both.getItem2(),
                                        begun,
                                        held.isOverdue()))));
    }

    private Uni<Optional<Checks.Sight>> sight(Operation operation) {
        return checks.look(operation).map(Optional::of).onFailure().recoverWithItem(failure -> {
            LOG.debugf("operation not looked at operation=%s reason=%s", operation.id(), failure.getMessage());
            return Optional.empty();
        });
    }

    /** What contradicts the operation while its outcome is unknown is told at once; an unreadable cloud contradicts nothing. */
    private Uni<Operation> believed(Operation operation, Optional<Checks.Sight> sight) {
        return sight.isEmpty()
                ? Uni.createFrom().item(operation)
                : drifts.ofUnsettled(operation, Beliefs.contradiction(operation, sight.get()));
    }

    private Uni<Optional<ModelArts.Progress>> progress(Operation operation, @Nullable String upstreamId) {
        if (upstreamId == null) {
            return Uni.createFrom().item(Optional.empty());
        }
        return modelArts
                .operation(operation.projectId(), operation.serverId(), upstreamId)
                .map(Optional::of)
                .onFailure()
                .recoverWithItem(Optional.empty());
    }

    private Uni<Next> follow(Operation operation, Course course) {
        return switch (course) {
            case Course.Nothing nothing -> Uni.createFrom().item(Next.in(operation, config.settleEvery()));
            case Course.Note(int quietReads) ->
                transitions
                        .note(operation, quietReads, config.settleEvery())
                        .map(same -> Next.in(same, config.settleEvery()));
            case Course.Move(var to, var seen) -> move(operation, to, seen);
        };
    }

    private Uni<Next> move(Operation operation, State to, boolean seen) {
        if (to instanceof State.Unsettled) {
            var plan = Plan.next(config.settleEvery());
            return transitions
                    .change(operation, to, seen ? plan.seen() : plan)
                    .map(told -> Next.in(told, config.settleEvery()));
        }
        LOG.infof(
                "operation settled operation=%s step=%s attempts=%d",
                operation.id(), to.step().word(), to.attempts());
        return to.isEnded()
                ? transitions.change(operation, to, Plan.rest()).map(Next::none)
                : transitions
                        .change(operation, to, Plan.next(config.retryFirst()))
                        .map(waiting -> Next.in(waiting, config.retryFirst()));
    }
}
