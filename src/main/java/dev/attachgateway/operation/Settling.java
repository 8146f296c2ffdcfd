package dev.attachgateway.operation;

import dev.attachgateway.upstream.ModelArts;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
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
    private static final String MOVING =
            "The cloud shows something going on with the disk; it stays reserved until that is over.";
    private static final String UNDATED =
            "Nothing of the request is seen, but it was sent with a token and might still be taken, so it is not sent again."
                    + " The disk stays reserved until an operator decides.";
    private static final String ACCEPTED =
            "The cloud accepted the request and nothing of it is seen. The disk stays reserved until an operator decides.";

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
        return Uni.combine()
                .all()
                .unis(sight(operation), progress(operation, unsettled.upstreamId()))
                .asTuple()
                .flatMap(both -> believed(operation, both.getItem1())
                        .flatMap(held -> judge(held, unsettled, both.getItem1(), both.getItem2())));
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

    private Uni<Next> judge(
            Operation operation,
            State.Unsettled unsettled,
            Optional<Checks.Sight> sight,
            Optional<ModelArts.Progress> progress) {
        var word = progress.map(ModelArts.Progress::word);
        var verdict = word.filter(it -> it == ModelArts.Word.FAILED)
                .map(failed -> Failure.of(progress.get()))
                .orElse(unsettled.verdict());
        var atWork = word.filter(it -> it == ModelArts.Word.PENDING || it == ModelArts.Word.RUNNING)
                .isPresent();
        var finding = settlement.judge(operation.trace(), rules.of(operation.type()), sight, atWork, operation.now());
        return switch (finding) {
            case DONE -> end(operation, unsettled.confirmed());
            case UNCLEAR -> noted(operation, unsettled, verdict, 0);
            case MOVING ->
                operation.trace().seen()
                        ? noted(operation, unsettled, verdict, 0)
                        : told(operation, unsettled, MOVING, verdict, true);
            case QUIET -> noted(operation, unsettled, verdict, operation.trace().quietReads() + 1);
            case CERTAIN -> certain(operation, unsettled, verdict);
        };
    }

    /** Nothing happened, as far as anybody can see. */
    private Uni<Next> certain(Operation operation, State.Unsettled unsettled, @Nullable Failure verdict) {
        var trace = operation.trace();
        if (verdict != null) {
            return end(operation, unsettled.failed(verdict));
        }
        if (unsettled.upstreamId() != null) {
            return stays(operation, unsettled, ACCEPTED);
        }
        if (!trace.signed()) {
            return stays(operation, unsettled, UNDATED);
        }
        if (trace.seen()) {
            return end(operation, unsettled.failed(Failure.undone()));
        }
        if (operation.isOverdue()) {
            return end(operation, unsettled.failed(Failure.notSent("The request was lost and its time is over.")));
        }
        LOG.infof("operation settled, nothing happened operation=%s attempts=%d", operation.id(), unsettled.attempts());
        return transitions
                .change(
                        operation,
                        unsettled.nothingHappened(
                                "It is certain that the request was not carried out. It is sent again."),
                        Plan.next(config.retryFirst()))
                .map(waiting -> Next.in(waiting, config.retryFirst()));
    }

    private Uni<Next> stays(Operation operation, State.Unsettled unsettled, String detail) {
        return unsettled.detail().equals(detail)
                ? noted(operation, unsettled, null, operation.trace().quietReads() + 1)
                : told(operation, unsettled, detail, null, false);
    }

    /** The streak goes on or is broken; nobody but the next look needs to know. */
    private Uni<Next> noted(Operation operation, State.Unsettled unsettled, @Nullable Failure verdict, int quietReads) {
        if (!Objects.equals(verdict, unsettled.verdict())) {
            return told(
                    operation, unsettled, "The cloud says that it failed; this is being confirmed.", verdict, false);
        }
        if (quietReads == 0 && operation.trace().quietReads() == 0) {
            return Uni.createFrom().item(Next.in(operation, config.settleEvery()));
        }
        return transitions
                .note(operation, quietReads, config.settleEvery())
                .map(same -> Next.in(same, config.settleEvery()));
    }

    private Uni<Next> told(
            Operation operation, State.Unsettled unsettled, String news, @Nullable Failure verdict, boolean seen) {
        var plan = Plan.next(config.settleEvery());
        return transitions
                .change(operation, unsettled.told(news, verdict), seen ? plan.seen() : plan)
                .map(changed -> Next.in(changed, config.settleEvery()));
    }

    private Uni<Next> end(Operation operation, State ended) {
        LOG.infof("operation settled operation=%s step=%s", operation.id(), ended.step());
        return transitions.change(operation, ended, Plan.rest()).map(Next::none);
    }
}
