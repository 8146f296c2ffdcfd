package dev.attachgateway.statespace;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** Tells step by step how the world became what it is. */
final class Story {
    private final List<String> lines = new ArrayList<>();

    /** A step that was taken. */
    private record Taken(World world, String words) {}

    /** Takes the step that leads where it is wanted. */
    World next(World from, List<Steps> steps, Predicate<World> wanted) {
        var taken = new ArrayList<Taken>();
        for (var some : steps) {
            some.from(from, (next, words, replica, operation) -> {
                if (taken.isEmpty() && wanted.test(next)) {
                    taken.add(new Taken(next, words(words, replica, operation)));
                }
            });
        }
        var first = taken.getFirst();
        lines.add(first.words() + consequences(from, first.world()));
        return first.world();
    }

    List<String> lines() {
        return lines;
    }

    private static String words(String words, int replica, int operation) {
        return words.replace("%r", replica == 0 ? "replica A" : "replica B")
                .replace("%o", operation == 0 ? "operation 1" : "operation 2");
    }

    private static String consequences(World before, World after) {
        var told = new StringBuilder();
        for (int operation = 0; operation < World.OPERATIONS; operation++) {
            var was = before.row(operation);
            var row = after.row(operation);
            if (row != null && (was == null || !was.toString().equals(row.toString()))) {
                told.append("; operation ").append(operation + 1).append(": ").append(row);
            }
        }
        if (!Objects.equals(before.cloud.shown(), after.cloud.shown())) {
            told.append("; shown: ").append(after.cloud.shown());
        }
        return told.toString();
    }
}
