package dev.attachgateway.sequence;

import dev.attachgateway.operation.model.Operation;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** What happens to two servers and two disks that nothing has happened to yet. */
record Sequence(List<Trouble> troubles, List<Step> steps) {
    static final int SERVERS = 2;
    static final int DISKS = 2;
    static final List<String> CALLERS = List.of("attacher", "team-1");

    private static final int MOST_TROUBLES = 4;
    private static final int MOST_STEPS = 12;

    Sequence {
        troubles = List.copyOf(troubles);
        steps = List.copyOf(steps);
    }

    /** Sequences that are played side by side, each with servers and disks of its own. */
    static Arbitrary<List<Sequence>> batches(int size) {
        return any().list().ofMinSize(1).ofMaxSize(size);
    }

    private static Arbitrary<Sequence> any() {
        var troubles = trouble().list().ofMaxSize(MOST_TROUBLES);
        var steps = step().list().ofMinSize(2).ofMaxSize(MOST_STEPS);
        return Combinators.combine(troubles, steps).as(Sequence::new);
    }

    private static Arbitrary<Trouble> trouble() {
        return Combinators.combine(type(), below(DISKS), Arbitraries.of(Trouble.Kind.class))
                .as(Trouble::new);
    }

    private static Arbitrary<Step> step() {
        Arbitrary<Step> ask = Combinators.combine(
                        type(), below(SERVERS), below(DISKS), below(CALLERS.size()), Arbitraries.of(true, false))
                .as(Step.Ask::new);
        Arbitrary<Step> cancel = below(DISKS).map(Step.Cancel::new);
        Arbitrary<Step> release = below(DISKS).map(Step.Release::new);
        Arbitrary<Step> rest =
                Arbitraries.integers().between(1, 15).map(tenths -> new Step.Rest(Duration.ofMillis(100L * tenths)));
        return Arbitraries.frequencyOf(Tuple.of(6, ask), Tuple.of(1, cancel), Tuple.of(1, release), Tuple.of(3, rest));
    }

    private static Arbitrary<Operation.Type> type() {
        return Arbitraries.frequency(Tuple.of(3, Operation.Type.ATTACH), Tuple.of(2, Operation.Type.DETACH));
    }

    private static Arbitrary<Integer> below(int end) {
        return Arbitraries.integers().between(0, end - 1);
    }
}
