package dev.attachgateway.operation;

import dev.attachgateway.disk.AttachPreconditions;
import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.LiteServer;
import dev.attachgateway.operation.execution.FailureFinality;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.model.SendHistory;
import dev.attachgateway.operation.precondition.CloudStateReader;
import dev.attachgateway.operation.recovery.SettlementDecision;
import dev.attachgateway.operation.recovery.SettlementPolicy;
import dev.attachgateway.upstream.ModelArtsClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The gateway's own decisions, as far as they are pure, for a model that lives in a package of its own. */
public final class TransitionRules {
    private static final AttachPreconditions RULES = new AttachPreconditions(Set.of("HPS"), false);
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final OperationFailure REFUSAL =
            OperationFailure.of(OperationFailure.Kind.REFUSED, "ModelArts.7000", "No.");
    private static final ModelArtsClient.Progress NO_SUCCESS =
            new ModelArtsClient.Progress(ModelArtsClient.Word.FAILED, "ModelArts.9001", "No.");

    private TransitionRules() {}

    /** What the cloud shows of the server and of the disk. */
    public record Sight(LiteServer server, Disk disk) {}

    /**
     * What is on record of an operation's requests when a look at it is begun; spans are ticks.
     *
     * @param windowLeft until the cloud takes the last request no more; below zero since then
     * @param quietFor since the first quiet look; -1 when there was none
     */
    public record Facts(boolean signed, int windowLeft, boolean doubted, boolean seen, int quietReads, int quietFor) {
        private SendHistory trace() {
            return new SendHistory(
                    signed,
                    NOW.plusSeconds(windowLeft),
                    doubted,
                    seen,
                    quietReads,
                    quietFor < 0 ? null : NOW.minusSeconds(quietFor),
                    List.of());
        }
    }

    /**
     * What follows from a look.
     *
     * @param to the state to commit; null when only the streak is written down
     * @param quietReads -1 when nothing is written down
     */
    public record Next(@Nullable OperationState to, boolean seen, int quietReads) {}

    /** What the checks make of an operation that was not sent; empty when nothing speaks against it. */
    public static Optional<OperationState> checked(OperationState.Unsent unsent, Sight sight, boolean doubted) {
        var objections = RULES.violations(Optional.of(sight.server()), Optional.of(sight.disk()));
        return objections.isEmpty()
                ? Optional.empty()
                : Optional.of(FailureFinality.onPreconditionFailure(unsent, OperationFailure.of(objections), doubted));
    }

    /** What a refusal by the cloud leads to. */
    public static OperationState refused(OperationState.Sending sending, boolean doubted) {
        return FailureFinality.onRefusal(sending, REFUSAL, doubted);
    }

    /** What it leads to that the cloud's operation failed. */
    public static OperationState failed(OperationState.Following following, boolean doubted) {
        return FailureFinality.onCloudFailure(following, OperationFailure.of(NO_SUCCESS), doubted);
    }

    /** Why a request that never began is given up. */
    public static OperationFailure notSent() {
        return OperationFailure.notSent("It did not begin in time.");
    }

    /** Whether server and disk show the attach as done. */
    public static boolean confirmed(Sight sight) {
        return RULES.isConfirmed(Optional.of(sight.server()), Optional.of(sight.disk()));
    }

    /**
     * What a look at server and disk leads to while the outcome of a request is unknown.
     *
     * @param word what the cloud says of its operation; empty when it cannot be asked
     */
    public static Next settled(
            OperationState.Unsettled unsettled,
            Facts facts,
            int reads,
            int quiet,
            Optional<Sight> sight,
            Optional<ModelArtsClient.Word> word,
            boolean isOverdue) {
        var settlementDecision = new SettlementPolicy(reads, Duration.ofSeconds(quiet))
                .decide(
                        unsettled,
                        facts.trace(),
                        RULES,
                        sight.map(seen ->
                                new CloudStateReader.CloudState(Optional.of(seen.server()), Optional.of(seen.disk()))),
                        word.map(it -> it == ModelArtsClient.Word.FAILED
                                ? NO_SUCCESS
                                : new ModelArtsClient.Progress(it, null, null)),
                        NOW,
                        isOverdue);
        return switch (settlementDecision) {
            case SettlementDecision.Transition(var to, var seen) -> new Next(to, seen, 0);
            case SettlementDecision.RecordQuietReads(int quietReads) -> new Next(null, false, quietReads);
            case SettlementDecision.NoChange noChange -> new Next(null, false, -1);
        };
    }
}
