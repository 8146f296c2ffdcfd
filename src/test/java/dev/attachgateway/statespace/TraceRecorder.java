package dev.attachgateway.statespace;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** Records the steps that lead to a state, with their descriptions. */
final class TraceRecorder {
    private final List<String> lines = new ArrayList<>();

    /** A step that was taken. */
    private record Taken(SystemState system, String description) {}

    /** Takes the first step to a state that matches, and records it. */
    SystemState next(SystemState from, List<StepGenerator> steps, Predicate<SystemState> target) {
        var taken = new ArrayList<Taken>();
        for (var generator : steps) {
            generator.generate(from, (next, description, replica, operation) -> {
                if (taken.isEmpty() && target.test(next)) {
                    taken.add(new Taken(next, describe(description, replica, operation)));
                }
            });
        }
        var first = taken.getFirst();
        lines.add(first.description() + consequences(from, first.system()));
        return first.system();
    }

    List<String> lines() {
        return lines;
    }

    private static String describe(String description, int replica, int operation) {
        return description
                .replace("%r", replica == 0 ? "replica A" : "replica B")
                .replace("%o", operation == 0 ? "operation 1" : "operation 2");
    }

    private static String consequences(SystemState before, SystemState after) {
        var changes = new StringBuilder();
        for (int operation = 0; operation < SystemState.OPERATIONS; operation++) {
            var was = before.row(operation);
            var row = after.row(operation);
            if (row != null && (was == null || !was.toString().equals(row.toString()))) {
                changes.append("; operation ")
                        .append(operation + 1)
                        .append(": ")
                        .append(row);
            }
        }
        if (!Objects.equals(before.cloud.shown(), after.cloud.shown())) {
            changes.append("; shown: ").append(after.cloud.shown());
        }
        return changes.toString();
    }
}
