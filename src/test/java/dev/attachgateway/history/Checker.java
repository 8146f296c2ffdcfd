package dev.attachgateway.history;

import dev.attachgateway.history.Violation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Finds violations of the gateway's guarantees in the histories of a run. It depends only on the guarantees, not on the
 * implementation. All clocks of a run are those of one machine.
 */
public final class Checker {
    /** The ledger has a resolution of milliseconds. */
    private static final Duration CLOCK_RESOLUTION = Duration.ofMillis(2);

    private final Histories histories;
    private final Map<String, OperationHistory> operations;
    private final List<Violation> violations = new ArrayList<>();

    private Checker(Histories histories) {
        this.histories = histories;
        this.operations = OperationHistory.of(histories.events().stream()
                .sorted(Comparator.comparing(Event::project).thenComparing(Event::position))
                .toList());
    }

    /** Returns all violations; empty without any. */
    public static List<Violation> check(Histories histories) {
        var checker = new Checker(histories);
        checker.checkPositions();
        checker.checkTransitions();
        checker.checkReservations();
        checker.checkEffects();
        checker.checkResponses();
        return List.copyOf(checker.violations);
    }

    private void checkPositions() {
        var byProject = histories.events().stream()
                .collect(Collectors.groupingBy(
                        Event::project, Collectors.mapping(Event::position, Collectors.toList())));
        byProject.forEach((project, positions) -> {
            var expected = 1L;
            for (var position : positions.stream().sorted().toList()) {
                if (position < expected) {
                    add(Kind.DUPLICATE_POSITION, project + " " + position);
                } else if (position > expected) {
                    add(Kind.MISSING_POSITION, project + " " + expected + " to " + (position - 1));
                }
                expected = position + 1;
            }
        });
    }

    private void checkTransitions() {
        for (var operation : operations.values()) {
            var before = "";
            var ended = false;
            for (var event : operation.events()) {
                if (ended) {
                    add(Kind.EVENT_AFTER_END, event.toString());
                } else if (!event.before().equals(before)) {
                    add(Kind.DISCONTINUOUS_EVENTS, event + " after " + before);
                }
                before = event.status();
                ended |= event.isTerminal();
            }
            if (!ended && !operation.last().unsettled()) {
                add(Kind.LOST, "no terminal event: " + operation.last());
            }
        }
    }

    /** Uses positions, which are in commit order. */
    private void checkReservations() {
        byDisk(operations.values().stream().toList()).values().forEach(sameDisk -> {
            for (var i = 1; i < sameDisk.size(); i++) {
                for (var j = 0; j < i; j++) {
                    if (sameDisk.get(j).endPosition() > sameDisk.get(i).first().position()) {
                        add(
                                Kind.CONCURRENT_OPERATIONS,
                                sameDisk.get(j).id() + " and " + sameDisk.get(i).id());
                    }
                }
            }
        });
    }

    private static Map<String, List<OperationHistory>> byDisk(List<OperationHistory> all) {
        return all.stream()
                .collect(Collectors.groupingBy(operation -> operation.first().project() + operation.disk()));
    }

    private void checkEffects() {
        var counts = new HashMap<String, Integer>();
        var serverByDisk = new HashMap<String, String>();
        var ordered = histories.effects().stream()
                .sorted(Comparator.comparing(Effect::at))
                .toList();
        for (var effect : ordered) {
            owner(effect, counts)
                    .ifPresentOrElse(
                            operation -> counts.merge(operation.id(), 1, Integer::sum),
                            () -> add(Kind.EFFECT_WITHOUT_OPERATION, effect.toString()));
            var attach = effect.type().equals("attach");
            var before = attach ? serverByDisk.put(effect.disk(), effect.server()) : serverByDisk.remove(effect.disk());
            if (attach ? before != null : !effect.server().equals(before)) {
                add(
                        Kind.IMPOSSIBLE_EFFECT,
                        effect + " while the disk was " + (before == null ? "free" : "on " + before));
            }
        }
        for (var operation : operations.values()) {
            var count = counts.getOrDefault(operation.id(), 0);
            if (count > 1) {
                add(Kind.DOUBLE_EFFECT, operation.id() + " " + count + " times");
            }
            if (count == 0 && operation.succeeded()) {
                add(Kind.SUCCESS_WITHOUT_EFFECT, operation.last().toString());
            }
            if (count > 0 && operation.failed()) {
                add(Kind.FAILED_WITH_EFFECT, operation.last().toString());
            }
        }
    }

    /**
     * Returns the operation in progress at the time of the effect; of several, the one with the fewest effects so far.
     */
    private java.util.Optional<OperationHistory> owner(Effect effect, Map<String, Integer> counts) {
        return operations.values().stream()
                .filter(operation -> operation.isOf(effect))
                .filter(operation -> !effect.at().plus(CLOCK_RESOLUTION).isBefore(operation.begun())
                        && !effect.at().minus(CLOCK_RESOLUTION).isAfter(operation.ended()))
                .min(Comparator.comparing(operation -> counts.getOrDefault(operation.id(), 0)));
    }

    private void checkResponses() {
        for (var attempt : histories.attempts()) {
            ResponseChecker.check(attempt, operations, histories.effects())
                    .ifPresent(violation -> add(violation.kind(), violation.description()));
        }
    }

    private void add(Kind kind, String description) {
        violations.add(new Violation(kind, Objects.requireNonNull(description)));
    }
}
