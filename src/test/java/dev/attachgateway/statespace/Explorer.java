package dev.attachgateway.statespace;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Explores the state space breadth-first, so that the first violation found has a shortest trace. */
final class Explorer {
    private static final int NONE = -1;

    private final Set<Invariant> checked;
    private final Invariants invariants;
    private final List<StepGenerator> generators;
    private final VisitedStates visited = new VisitedStates();
    private final IntList parents = new IntList();
    private final IntList edges = new IntList();
    private final IntList edgeEnds = new IntList();
    private final IntList settled = new IntList();

    Explorer(ModelSettings settings, Set<Invariant> checked) {
        this.checked = checked;
        this.invariants = new Invariants(checked);
        this.generators = List.of(new ReplicaSteps(settings), new CloudSteps(settings), new EnvironmentSteps(settings));
    }

    /**
     * The result of an exploration.
     *
     * @param states the number of different states
     * @param transitions the number of transitions between them
     * @param violation the first violation; null if there is none
     */
    record Result(int states, long transitions, @Nullable Violation violation) {}

    /** A violated invariant and a shortest trace to the violation. */
    record Violation(Invariant invariant, List<String> trace) {}

    Result explore() {
        var frontier = new ArrayDeque<SystemState>();
        var start = SystemState.empty();
        visited.add(start.hash());
        parents.add(NONE);
        frontier.add(start);
        for (int at = 0; !frontier.isEmpty(); at++) {
            var system = frontier.remove();
            var invariant = invariants.firstViolated(system);
            if (invariant != null) {
                return result(new Violation(invariant, trace(at)));
            }
            if (Invariants.isSettled(system)) {
                settled.add(at);
            }
            var from = at;
            for (var generator : generators) {
                generator.generate(system, (next, _, _, _) -> {
                    var index = visited.add(next.hash());
                    if (index < 0) {
                        index = visited.size() - 1;
                        parents.add(from);
                        frontier.add(next);
                    }
                    if (index != from) {
                        edges.add(index);
                    }
                });
            }
            edgeEnds.add(edges.size());
        }
        var stuck = checked.contains(Invariant.NEVER_LOST) ? findStuckState() : NONE;
        return result(stuck == NONE ? null : new Violation(Invariant.NEVER_LOST, trace(stuck)));
    }

    private Result result(@Nullable Violation violation) {
        return new Result(visited.size(), edges.size(), violation);
    }

    /** The first state that cannot reach a settled one, found by a backward search from all settled states. */
    private int findStuckState() {
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

    private List<String> trace(int at) {
        var path = new ArrayDeque<Integer>();
        for (int i = at; i > 0; i = parents.get(i)) {
            path.addFirst(i);
        }
        var trace = new TraceRecorder();
        var system = SystemState.empty();
        for (int target : path) {
            system = trace.next(system, generators, next -> visited.find(next.hash()) == target);
        }
        return trace.lines();
    }
}
