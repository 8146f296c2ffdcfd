package dev.attachgateway.history;

import dev.attachgateway.history.Violation.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds what a caller was told against what was so. */
final class Answers {
    /** Between the moment at which an end begins to be written and the one at which others see it. */
    private static final Duration COMMIT = Duration.ofSeconds(5);

    private Answers() {}

    static Optional<Violation> contradiction(Attempt attempt, Map<String, Course> courses, List<Effect> effects) {
        if (attempt.isAccepted()) {
            return accepted(attempt, courses.get(attempt.operation()));
        }
        if (attempt.status() == 409 && !attempt.heldBy().isEmpty()) {
            return held(attempt, courses.get(attempt.heldBy()));
        }
        // A commit of which the database did not say whether it happened is the one thing a problem leaves open.
        if (!attempt.operation().isEmpty() && !attempt.code().equals("Gateway.ReservationUnknown")) {
            return refused(attempt, courses.get(attempt.operation()), effects);
        }
        return Optional.empty();
    }

    private static Optional<Violation> accepted(Attempt attempt, @Nullable Course course) {
        if (course == null) {
            return found(Kind.LOST, "accepted and unknown", attempt);
        }
        var first = course.first();
        if (!first.disk().equals(attempt.disk())
                || !first.server().equals(attempt.server())
                || !first.type().equals(attempt.type())
                || !first.caller().endsWith(attempt.caller())) {
            return found(Kind.CONTRADICTION, "another operation's id: " + first, attempt);
        }
        var said = attempt.operationStatus();
        if ((said.equals("success") && !course.succeeded()) || (said.equals("failed") && !course.failed())) {
            return found(Kind.CONTRADICTION, "not what became of it: " + course.last(), attempt);
        }
        return Optional.empty();
    }

    private static Optional<Violation> held(Attempt attempt, @Nullable Course holder) {
        if (holder == null || !holder.disk().equals(attempt.disk())) {
            return found(Kind.CONTRADICTION, "the named holder has not this disk", attempt);
        }
        var over = holder.isEnded() && holder.ended().plus(COMMIT).isBefore(attempt.begun());
        return over || holder.begun().isAfter(attempt.ended())
                ? found(Kind.CONTRADICTION, "the named holder did not have the disk then: " + holder.last(), attempt)
                : Optional.empty();
    }

    private static Optional<Violation> refused(Attempt attempt, @Nullable Course course, List<Effect> effects) {
        if (course == null) {
            return found(Kind.LOST, "refused under an unknown operation", attempt);
        }
        if (!course.failed()) {
            return found(Kind.CONTRADICTION, "refused, but: " + course.last(), attempt);
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
        return unfounded ? found(Kind.CONTRADICTION, "it was never attached so", attempt) : Optional.empty();
    }

    private static Optional<Violation> found(Kind kind, String what, Attempt attempt) {
        return Optional.of(new Violation(kind, what + ": " + attempt));
    }
}
