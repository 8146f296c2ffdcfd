package dev.attachgateway.history;

import dev.attachgateway.history.Violation.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares the responses to callers with the recorded events and effects. */
final class ResponseChecker {
    /** Maximum time between the start of the transaction that ends an operation and the visibility of its commit. */
    private static final Duration MAX_COMMIT_DURATION = Duration.ofSeconds(5);

    private ResponseChecker() {}

    static Optional<Violation> check(Attempt attempt, Map<String, OperationHistory> operations, List<Effect> effects) {
        if (attempt.isAccepted()) {
            return checkAccepted(attempt, operations.get(attempt.operation()));
        }
        if (attempt.status() == 409 && !attempt.heldBy().isEmpty()) {
            return checkReserved(attempt, operations.get(attempt.heldBy()));
        }
        // ReservationUnknown is the only problem that leaves the outcome open: the result of the commit is unknown.
        if (!attempt.operation().isEmpty() && !attempt.code().equals("Gateway.ReservationUnknown")) {
            return checkFailed(attempt, operations.get(attempt.operation()), effects);
        }
        return Optional.empty();
    }

    private static Optional<Violation> checkAccepted(Attempt attempt, @Nullable OperationHistory operation) {
        if (operation == null) {
            return violation(Kind.LOST, "accepted, but without events", attempt);
        }
        var first = operation.first();
        if (!first.disk().equals(attempt.disk())
                || !first.server().equals(attempt.server())
                || !first.type().equals(attempt.type())
                || !first.caller().endsWith(attempt.caller())) {
            return violation(Kind.CONTRADICTION, "id of another operation: " + first, attempt);
        }
        var reported = attempt.operationStatus();
        if ((reported.equals("success") && !operation.succeeded())
                || (reported.equals("failed") && !operation.failed())) {
            return violation(Kind.CONTRADICTION, "reported status differs: " + operation.last(), attempt);
        }
        return Optional.empty();
    }

    private static Optional<Violation> checkReserved(Attempt attempt, @Nullable OperationHistory holder) {
        if (holder == null || !holder.disk().equals(attempt.disk())) {
            return violation(Kind.CONTRADICTION, "the reported holder does not have this disk", attempt);
        }
        var endedBefore =
                holder.isEnded() && holder.ended().plus(MAX_COMMIT_DURATION).isBefore(attempt.begun());
        return endedBefore || holder.begun().isAfter(attempt.ended())
                ? violation(
                        Kind.CONTRADICTION,
                        "the reported holder did not have the disk at that time: " + holder.last(),
                        attempt)
                : Optional.empty();
    }

    private static Optional<Violation> checkFailed(
            Attempt attempt, @Nullable OperationHistory operation, List<Effect> effects) {
        if (operation == null) {
            return violation(Kind.LOST, "failed with an unknown operation id", attempt);
        }
        if (!operation.failed()) {
            return violation(Kind.CONTRADICTION, "response reports a failure, but: " + operation.last(), attempt);
        }
        var everAttached = effects.stream()
                .filter(effect ->
                        effect.type().equals("attach") && effect.disk().equals(attempt.disk()))
                .filter(effect -> effect.at().isBefore(attempt.ended()))
                .toList();
        var unfounded = switch (attempt.code()) {
            case "Gateway.DiskAlreadyAttached" ->
                everAttached.stream().noneMatch(effect -> effect.server().equals(attempt.server()));
            case "Gateway.DiskInUse" -> everAttached.isEmpty();
            default -> false;
        };
        return unfounded
                ? violation(Kind.CONTRADICTION, "the disk was never attached as reported", attempt)
                : Optional.empty();
    }

    private static Optional<Violation> violation(Kind kind, String description, Attempt attempt) {
        return Optional.of(new Violation(kind, description + ": " + attempt));
    }
}
