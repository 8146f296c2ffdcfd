package dev.attachgateway.sequence;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What has to be true of one disk: one operation after the other, each with the effect that its end tells of, and in the end
 * the disk where the last effect has put it. Only of what an operator has ended by hand is it not known whether it happened.
 */
final class DiskModel {
    /** Between two clocks of one machine, and between a transaction's beginning and its end. */
    private static final Duration SLACK = Duration.ofMillis(150);

    private final Consumer<String> wrong;
    private @Nullable String holder;

    /** Whether a refusal can be judged: after a release the cloud may still be at work. */
    private boolean isSure = true;

    DiskModel(Consumer<String> wrong) {
        this.wrong = wrong;
    }

    /**
     * Goes through the disk's life.
     *
     * @param operations oldest first
     * @param effects of the cloud's ledger, oldest first
     * @return the server that holds the disk in the end; null for none
     */
    @Nullable
    String play(List<Known> operations, List<JsonNode> effects) {
        var left = new ArrayList<>(effects);
        var before = Instant.EPOCH;
        for (var operation : operations) {
            if (operation.begun().isBefore(before.minus(SLACK))) {
                wrong.accept(operation + " began before the operation before it had ended");
            }
            before = operation.ended();
            var own = effects.stream()
                    .filter(effect ->
                            cause(operations, effect).filter(operation::equals).isPresent())
                    .toList();
            left.removeAll(own);
            judge(operation, own);
        }
        left.forEach(effect -> wrong.accept("nobody's effect: " + effect));
        return holder;
    }

    /** The operation that was under way; within the slack of two of them, the one that is nearer. */
    private static Optional<Known> cause(List<Known> operations, JsonNode effect) {
        var at = Instant.parse(effect.path("at").asText());
        return operations.stream()
                .filter(operation -> effect.path("server_id").asText().equals(operation.server()))
                .filter(operation -> effect.path("type").asText().equals("attach") == operation.isAttach())
                .filter(operation -> operation.away(at).compareTo(SLACK) <= 0)
                .min(Comparator.comparing(operation -> operation.away(at)));
    }

    private void judge(Known operation, List<JsonNode> effects) {
        var least = operation.isSuccess() ? 1 : 0;
        var most = operation.isSuccess() || operation.isReleased() ? 1 : 0;
        if (effects.size() < least || effects.size() > most) {
            wrong.accept(operation + " has " + effects.size() + " effects");
        }
        if (operation.isFailed() && isSure) {
            refused(operation);
        }
        isSure &= !operation.isReleased();
        effects.forEach(effect -> take(operation));
    }

    private void refused(Known operation) {
        var here = Objects.equals(holder, operation.server());
        var isRight = switch (operation.code()) {
            case "Gateway.DiskAlreadyAttached" -> here;
            case "Gateway.DiskInUse" -> holder != null && !here;
            case "Gateway.DiskNotAttached" -> !here;
            case "Gateway.DiskState" -> false;
            default -> true;
        };
        if (!isRight) {
            wrong.accept(operation + " was refused while the disk was on " + holder);
        }
    }

    private void take(Known operation) {
        if (operation.isAttach() && holder != null) {
            wrong.accept(operation + " attached a disk that was on " + holder);
        }
        if (!operation.isAttach() && !Objects.equals(holder, operation.server())) {
            wrong.accept(operation + " took off a disk that was on " + holder);
        }
        holder = operation.isAttach() ? operation.server() : null;
    }
}
