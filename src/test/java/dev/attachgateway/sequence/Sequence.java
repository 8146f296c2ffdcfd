package dev.attachgateway.sequence;

import dev.attachgateway.operation.model.Operation;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** A random sequence of faults and steps for two new servers and two new disks. */
record Sequence(List<WriteFault> faults, List<Step> steps) {
    static final int SERVERS = 2;
    static final int DISKS = 2;
    static final List<String> CALLERS = List.of("attacher", "team-1");

    private static final int MAX_FAULTS = 4;
    private static final int MAX_STEPS = 12;

    Sequence {
        faults = List.copyOf(faults);
        steps = List.copyOf(steps);
    }

    /** Generates batches of sequences that run in parallel, each with servers and disks of its own. */
    static Arbitrary<List<Sequence>> batches(int size) {
        return any().list().ofMinSize(1).ofMaxSize(size);
    }

    private static Arbitrary<Sequence> any() {
        var faults = writeFault().list().ofMaxSize(MAX_FAULTS);
        var steps = step().list().ofMinSize(2).ofMaxSize(MAX_STEPS);
        return Combinators.combine(faults, steps).as(Sequence::new);
    }

    private static Arbitrary<WriteFault> writeFault() {
        return Combinators.combine(type(), below(DISKS), Arbitraries.of(WriteFault.Kind.class))
                .as(WriteFault::new);
    }

    private static Arbitrary<Step> step() {
        Arbitrary<Step> request = Combinators.combine(
                        type(), below(SERVERS), below(DISKS), below(CALLERS.size()), Arbitraries.of(true, false))
                .as(Step.Request::new);
        Arbitrary<Step> cancel = below(DISKS).map(Step.Cancel::new);
        Arbitrary<Step> release = below(DISKS).map(Step.Release::new);
        Arbitrary<Step> pause =
                Arbitraries.integers().between(1, 15).map(tenths -> new Step.Pause(Duration.ofMillis(100L * tenths)));
        return Arbitraries.frequencyOf(
                Tuple.of(6, request), Tuple.of(1, cancel), Tuple.of(1, release), Tuple.of(3, pause));
    }

    private static Arbitrary<Operation.Type> type() {
        return Arbitraries.frequency(Tuple.of(3, Operation.Type.ATTACH), Tuple.of(2, Operation.Type.DETACH));
    }

    private static Arbitrary<Integer> below(int end) {
        return Arbitraries.integers().between(0, end - 1);
    }
}
