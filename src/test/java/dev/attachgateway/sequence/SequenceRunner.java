package dev.attachgateway.sequence;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;

/** Runs batches of sequences up to a number or a time limit, and shrinks a batch that fails. */
final class SequenceRunner {
    private static final int GEN_SIZE = 1000;

    private final Supplier<AttachFixture> fixtureSource;
    private final Runnable duringBatch;
    private final int batches = Integer.getInteger("sequences.batches", 2);
    private final int size = Integer.getInteger("sequences.size", 12);
    private final Duration limit = Duration.ofSeconds(Integer.getInteger("sequences.seconds", 120));
    private final Duration shrinkLimit = Duration.ofSeconds(Integer.getInteger("sequences.shrink-seconds", 120));
    private final long seed = Seed.of("sequences.seed");
    private final Map<String, Long> ends = new TreeMap<>();
    private int runCount;

    /**
     * Creates a runner.
     *
     * @param fixtureSource creates a gateway and a fast cloud without faults
     * @param duringBatch runs during each batch
     */
    SequenceRunner(Supplier<AttachFixture> fixtureSource, Runnable duringBatch) {
        this.fixtureSource = fixtureSource;
        this.duringBatch = duringBatch;
    }

    void run() {
        JqwikSession.run(() -> {
            System.out.println("sequences: seed " + seed);
            var random = new Random(seed);
            var generator = Sequence.batches(size).generator(GEN_SIZE);
            var end = System.nanoTime() + limit.toNanos();
            for (int batch = 0; batch < batches && System.nanoTime() < end; batch++) {
                var shrinkable = generator.next(random);
                var violations = runBatch(shrinkable.value());
                if (!violations.isEmpty()) {
                    fail(shrinkable, violations);
                }
            }
            System.out.println("sequences: " + runCount + " played, ends " + ends);
        });
    }

    /** Runs sequences in parallel, with all their faults active from the beginning. */
    private List<String> runBatch(List<Sequence> sequences) {
        var fixture = fixtureSource.get();
        var runs = sequences.stream()
                .map(sequence -> new SequenceRun(fixture.gateway(), fixture.cloud(), sequence))
                .toList();
        fixture.cloud().faults(runs.stream().flatMap(SequenceRun::faults).toArray(Fault[]::new));
        var violations = new ArrayList<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = runs.stream().map(run -> threads.submit(run::run)).toList();
            duringBatch.run();
            running.forEach(run -> violations.addAll(result(run)));
        }
        runs.stream().flatMap(SequenceRun::ends).forEach(end -> ends.merge(end, 1L, Long::sum));
        runCount += sequences.size();
        return violations;
    }

    private static List<String> result(Future<List<String>> run) {
        try {
            return run.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void fail(Shrinkable<List<Sequence>> found, List<String> violations) {
        System.out.println("sequences: shrinking: " + violations);
        var smallest = found;
        var smallestViolations = violations;
        var end = System.nanoTime() + shrinkLimit.toNanos();
        for (var progress = true; progress && System.nanoTime() < end; ) {
            progress = false;
            for (var smaller : (Iterable<Shrinkable<List<Sequence>>>) smallest.shrink()::iterator) {
                if (System.nanoTime() > end) {
                    break;
                }
                var remaining = runBatch(smaller.value());
                if (!remaining.isEmpty()) {
                    smallest = smaller;
                    smallestViolations = remaining;
                    progress = true;
                    break;
                }
            }
        }
        throw new AssertionError("seed " + seed + ", after " + runCount + " sequences:\n"
                + String.join("\n", smallestViolations) + "\nin " + smallest.value() + "\nfound as " + found.value());
    }
}
