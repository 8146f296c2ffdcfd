package dev.attachgateway.statespace;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes everywhere, the nearest first, so that the first violation found is one of the shortest. */
final class Explorer {
    private static final int NONE = -1;

    private final Set<Invariant> wanted;
    private final Invariants invariants;
    private final List<Steps> steps;
    private final Visited visited = new Visited();
    private final Ints parents = new Ints();
    private final Ints edges = new Ints();
    private final Ints edgeEnds = new Ints();
    private final Ints settled = new Ints();

    Explorer(Setting setting, Set<Invariant> wanted) {
        this.wanted = wanted;
        this.invariants = new Invariants(wanted);
        this.steps = List.of(new DriveSteps(setting), new Arrivals(setting), new Happenings(setting));
    }

    /**
     * What was found.
     *
     * @param states worlds that differ
     * @param transitions ways from one to another
     * @param violation the first, with how it came about; null when there is none
     */
    record Found(int states, long transitions, @Nullable Violation violation) {}

    /** An invariant and the shortest story of its breach. */
    record Violation(Invariant invariant, List<String> story) {}

    Found explore() {
        var frontier = new ArrayDeque<World>();
        var start = World.empty();
        visited.add(start.hash());
        parents.add(NONE);
        frontier.add(start);
        for (int at = 0; !frontier.isEmpty(); at++) {
            var world = frontier.remove();
            var invariant = invariants.broken(world);
            if (invariant != null) {
                return found(new Violation(invariant, story(at)));
            }
            if (Invariants.isSettled(world)) {
                settled.add(at);
            }
            var from = at;
            for (var some : steps) {
                some.from(world, (next, words, replica, operation) -> {
                    var known = visited.add(next.hash());
                    if (known < 0) {
                        known = visited.size() - 1;
                        parents.add(from);
                        frontier.add(next);
                    }
                    if (known != from) {
                        edges.add(known);
                    }
                });
            }
            edgeEnds.add(edges.size());
        }
        var lost = wanted.contains(Invariant.NEVER_LOST) ? unreached() : NONE;
        return found(lost == NONE ? null : new Violation(Invariant.NEVER_LOST, story(lost)));
    }

    private Found found(@Nullable Violation violation) {
        return new Found(visited.size(), edges.size(), violation);
    }

    /** The first world from which no way leads to a settled one; going backwards from all of those. */
    private int unreached() {
        var size = visited.size();
        var heads = new int[size + 1];
        for (int edge = 0; edge < edges.size(); edge++) {
            heads[edges.get(edge) + 1]++;
        }
        for (int i = 0; i < size; i++) {
            heads[i + 1] += heads[i];
        }
        var sources = new int[edges.size()];
        var filled = Arrays.copyOf(heads, size);
        for (int from = 0, edge = 0; from < size; from++) {
            for (; edge < edgeEnds.get(from); edge++) {
                sources[filled[edges.get(edge)]++] = from;
            }
        }
        var reached = new boolean[size];
        var queue = new int[size];
        var end = 0;
        for (int i = 0; i < settled.size(); i++) {
            reached[settled.get(i)] = true;
            queue[end++] = settled.get(i);
        }
        for (int head = 0; head < end; head++) {
            for (int i = heads[queue[head]]; i < heads[queue[head] + 1]; i++) {
                if (!reached[sources[i]]) {
                    reached[sources[i]] = true;
                    queue[end++] = sources[i];
                }
            }
        }
        for (int i = 0; i < size; i++) {
            if (!reached[i]) {
                return i;
            }
        }
        return NONE;
    }

    private List<String> story(int at) {
        var path = new ArrayDeque<Integer>();
        for (int i = at; i > 0; i = parents.get(i)) {
            path.addFirst(i);
        }
        var story = new Story();
        var world = World.empty();
        for (int wanted : path) {
            world = story.next(world, steps, next -> visited.find(next.hash()) == wanted);
        }
        return story.lines();
    }
}
