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
 * Model of one disk: its operations do not overlap, each has the effect that its final status implies, and the disk is
 * where the last effect has put it. Only the effect of an operation that an operator has released is unknown.
 */
final class DiskModel {
    /** Tolerance between two clocks of one machine, and between the start and the commit of a transaction. */
    private static final Duration TOLERANCE = Duration.ofMillis(150);

    private final Consumer<String> violations;
    private @Nullable String holder;

    /** Whether a rejection can be verified: after a release the cloud may still execute the request. */
    private boolean isCertain = true;

    DiskModel(Consumer<String> violations) {
        this.violations = violations;
    }

    /**
     * Replays the operations and effects of the disk and reports violations.
     *
     * @param operations oldest first
     * @param effects from the cloud's ledger, oldest first
     * @return the server that the disk is attached to at the end; null for none
     */
    @Nullable
    String replay(List<EndedOperation> operations, List<JsonNode> effects) {
        var unassigned = new ArrayList<>(effects);
        var before = Instant.EPOCH;
        for (var operation : operations) {
            if (operation.begun().isBefore(before.minus(TOLERANCE))) {
                violations.accept(operation + " began before the previous operation had ended");
            }
            before = operation.ended();
            var own = effects.stream()
                    .filter(effect ->
                            cause(operations, effect).filter(operation::equals).isPresent())
                    .toList();
            unassigned.removeAll(own);
            checkOperation(operation, own);
        }
        unassigned.forEach(effect -> violations.accept("effect without an operation: " + effect));
        return holder;
    }

    /** Returns the operation in progress at the time of the effect; within the tolerance of two, the nearer one. */
    private static Optional<EndedOperation> cause(List<EndedOperation> operations, JsonNode effect) {
        var at = Instant.parse(effect.path("at").asText());
        return operations.stream()
                .filter(operation -> effect.path("server_id").asText().equals(operation.server()))
                .filter(operation -> effect.path("type").asText().equals("attach") == operation.isAttach())
                .filter(operation -> operation.distanceFrom(at).compareTo(TOLERANCE) <= 0)
                .min(Comparator.comparing(operation -> operation.distanceFrom(at)));
    }

    private void checkOperation(EndedOperation operation, List<JsonNode> effects) {
        var minEffects = operation.isSuccess() ? 1 : 0;
        var maxEffects = operation.isSuccess() || operation.isReleased() ? 1 : 0;
        if (effects.size() < minEffects || effects.size() > maxEffects) {
            violations.accept(operation + " has " + effects.size() + " effects");
        }
        if (operation.isFailed() && isCertain) {
            checkRejection(operation);
        }
        isCertain &= !operation.isReleased();
        effects.forEach(_ -> applyEffect(operation));
    }

    private void checkRejection(EndedOperation operation) {
        var isOnServer = Objects.equals(holder, operation.server());
        var isJustified = switch (operation.code()) {
            case "Gateway.DiskAlreadyAttached" -> isOnServer;
            case "Gateway.DiskInUse" -> holder != null && !isOnServer;
            case "Gateway.DiskNotAttached" -> !isOnServer;
            case "Gateway.DiskState" -> false;
            default -> true;
        };
        if (!isJustified) {
            violations.accept(operation + " was rejected while the disk was on " + holder);
        }
    }

    private void applyEffect(EndedOperation operation) {
        if (operation.isAttach() && holder != null) {
            violations.accept(operation + " attached a disk that was on " + holder);
        }
        if (!operation.isAttach() && !Objects.equals(holder, operation.server())) {
            violations.accept(operation + " detached a disk that was on " + holder);
        }
        holder = operation.isAttach() ? operation.server() : null;
    }
}
