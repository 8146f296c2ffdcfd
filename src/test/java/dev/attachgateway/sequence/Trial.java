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

/** Plays batches of sequences until enough of them, or long enough, and makes a batch that fails as small as it can. */
final class Trial {
    private static final int GEN_SIZE = 1000;

    private final Supplier<AttachFixture> scene;
    private final Runnable meanwhile;
    private final int batches = Integer.getInteger("sequences.batches", 2);
    private final int size = Integer.getInteger("sequences.size", 12);
    private final Duration limit = Duration.ofSeconds(Integer.getInteger("sequences.seconds", 120));
    private final Duration shrinking = Duration.ofSeconds(Integer.getInteger("sequences.shrink-seconds", 120));
    private final long seed = Seed.of("sequences.seed");
    private final Map<String, Long> ends = new TreeMap<>();
    private int played;

    /**
     * A trial.
     *
     * @param scene with a cloud that works fast and well
     * @param meanwhile what happens while a batch is played
     */
    Trial(Supplier<AttachFixture> scene, Runnable meanwhile) {
        this.scene = scene;
        this.meanwhile = meanwhile;
    }

    void run() {
        JqwikSession.run(() -> {
            System.out.println("sequences: seed " + seed);
            var random = new Random(seed);
            var generator = Sequence.batches(size).generator(GEN_SIZE);
            var end = System.nanoTime() + limit.toNanos();
            for (int batch = 0; batch < batches && System.nanoTime() < end; batch++) {
                var shrinkable = generator.next(random);
                var wrong = play(shrinkable.value());
                if (!wrong.isEmpty()) {
                    fail(shrinkable, wrong);
                }
            }
            System.out.println("sequences: " + played + " played, ends " + ends);
        });
    }

    /** Side by side, with all their faults in force from the beginning. */
    private List<String> play(List<Sequence> sequences) {
        var set = scene.get();
        var plays = sequences.stream()
                .map(sequence -> new Play(set.gateway(), set.cloud(), sequence))
                .toList();
        set.cloud().faults(plays.stream().flatMap(Play::faults).toArray(Fault[]::new));
        var wrong = new ArrayList<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = plays.stream().map(play -> threads.submit(play::run)).toList();
            meanwhile.run();
            running.forEach(each -> wrong.addAll(result(each)));
        }
        plays.stream().flatMap(Play::ends).forEach(end -> ends.merge(end, 1L, Long::sum));
        played += sequences.size();
        return wrong;
    }

    private static List<String> result(Future<List<String>> play) {
        try {
            return play.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void fail(Shrinkable<List<Sequence>> found, List<String> wrong) {
        System.out.println("sequences: made smaller from now on: " + wrong);
        var smallest = found;
        var told = wrong;
        var end = System.nanoTime() + shrinking.toNanos();
        for (var progress = true; progress && System.nanoTime() < end; ) {
            progress = false;
            for (var smaller : (Iterable<Shrinkable<List<Sequence>>>) smallest.shrink()::iterator) {
                if (System.nanoTime() > end) {
                    break;
                }
                var still = play(smaller.value());
                if (!still.isEmpty()) {
                    smallest = smaller;
                    told = still;
                    progress = true;
                    break;
                }
            }
        }
        throw new AssertionError("seed " + seed + ", after " + played + " sequences:\n" + String.join("\n", told)
                + "\nin " + smallest.value() + "\nfound as " + found.value());
    }
}
