package dev.attachgateway.exactness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.storage.StandingServer;
import dev.attachgateway.testkit.FeedQuery;
import dev.attachgateway.testkit.Replicas;
import dev.attachgateway.testkit.Seed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replicas die, connections are cut, PostgreSQL starts again, and commits come in any order: what each watcher was told is
 * the log as its filter has it. At a size for every build; at full size with {@code bench/exact}.
 */
class WatchersIT {
    private static final int EVENTS = Integer.getInteger("exact.events", 3_000);
    private static final int WATCHERS = Integer.getInteger("exact.watchers", 200);
    private static final int KILLS = Integer.getInteger("exact.kills", 2);
    private static final int GAPS = Integer.getInteger("exact.gaps", 6);
    private static final int RESTARTS = Integer.getInteger("exact.restarts", 1);
    private static final long SEED = Seed.of("exact.seed");

    /** From the last commit on; for a loss it is spent in vain. */
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(30);

    /** Little memory and small pages, so that watchers are told from memory and database in turn. */
    private static final Map<String, String> SETTINGS = Map.of(
            "ACCESS_GRANTS_FILE",
                    Path.of("src/test/resources/testkit/feed.yaml")
                            .toAbsolutePath()
                            .toString(),
            "STREAM_HEARTBEAT", "500MS",
            "STREAM_MEMORY_EVENTS", "400",
            "STREAM_PAGE_SIZE", "50",
            "STREAM_MAX_PER_CALLER", "100000",
            "STREAM_MAX_PER_PROJECT", "100000",
            "STREAM_REPLAY_MAX_EVENTS", "1000000");

    @TempDir
    Path folder;

    @Test
    void each_watcher_is_told_the_log_as_its_filter_has_it_whatever_dies_meanwhile() throws Exception {
        System.out.println("exact: -Dexact.seed=" + SEED);
        var random = new Random(SEED);
        var papers = FeedQuery.papers(12, random);
        var over = new CountDownLatch(1);
        try (var postgres = StandingServer.start(folder);
                var replicas = Replicas.start(folder, 3, SETTINGS, postgres.connection());
                var writers = new Writers(postgres.connection(), papers);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var path = writers.scribe().path();
            var from = position(replicas, path);
            var watches = IntStream.range(0, WATCHERS)
                    .mapToObj(any -> new Watch(
                            FeedQuery.random(papers, random),
                            replicas.doors(),
                            path,
                            from,
                            new Random(random.nextLong()),
                            over))
                    .toList();
            var begun = System.nanoTime();
            try {
                var watching = watches.stream()
                        .map(watch -> threads.submit(watch::run))
                        .toList();
                var trouble = new Trouble(replicas, postgres, writers, EVENTS, over);
                var kills = new Random(random.nextLong());
                var gaps = new Random(random.nextLong());
                var busy = new java.util.ArrayList<Future<?>>(List.of(
                        threads.submit(() -> trouble.kills(KILLS, kills)),
                        threads.submit(() -> trouble.gaps(GAPS, gaps)),
                        threads.submit(() -> trouble.restarts(RESTARTS))));
                for (var writer = 0; writer < Writers.THREADS; writer++) {
                    var own = new Random(random.nextLong());
                    busy.add(threads.submit(() -> writers.write(EVENTS, own)));
                }
                for (var each : busy) {
                    each.get();
                }
                writers.writeMarksUnheard();
                var log = log(replicas, writers);
                watches.forEach(
                        watch -> watch.awaits(meant(log, watch).getLast().position()));
                awaitAll(watches);
                over.countDown();
                for (var each : watching) {
                    each.get();
                }
                judge(log, watches, (System.nanoTime() - begun) / 1_000_000_000);
            } finally {
                over.countDown();
            }
        }
    }

    private static String position(Replicas replicas, String path) {
        var door = replicas.doors().getFirst();
        try (var stream = door.stream(path, door.withToken("operator"))) {
            return String.valueOf(stream.next(block -> block.id() != null).id());
        }
    }

    private static List<Entry> log(Replicas replicas, Writers writers) throws Exception {
        try (var database = replicas.database()) {
            return Entry.all(database, writers.scribe().project());
        }
    }

    private static List<Entry.Told> meant(List<Entry> log, Watch watch) {
        return log.stream()
                .filter(entry -> watch.wish().meant().test(entry.event()))
                .map(Entry::told)
                .toList();
    }

    private static void awaitAll(List<Watch> watches) {
        try {
            Awaitility.await().atMost(TOLD_WITHIN).until(() -> watches.stream().allMatch(Watch::isThere));
        } catch (ConditionTimeoutException late) {
            // The verdict says who was not told what.
        }
    }

    private static void judge(List<Entry> log, List<Watch> watches, long seconds) {
        var verdict = new Verdict();
        watches.forEach(watch -> verdict.add(watch, meant(log, watch)));
        System.out.printf(
                "exact: %d events, %d watchers, %d connections, %d kills, %d listen gaps, %d restarts of PostgreSQL,"
                        + " %s, %d s%n",
                log.size(), watches.size(), verdict.connections(), KILLS, GAPS, RESTARTS, verdict, seconds);
        assertThat(log).hasSizeGreaterThanOrEqualTo(EVENTS);
        assertThat(verdict.failures()).as("-Dexact.seed=" + SEED).isEmpty();
    }
}
