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
 * Proves that each client receives exactly the events of its filter, in order, while replicas are killed, connections
 * are lost, PostgreSQL restarts and commits are out of order. Reduced size; {@code bench/exact} runs the full size.
 */
class WatchersIT {
    private static final int EVENTS = Integer.getInteger("exact.events", 3_000);
    private static final int WATCHERS = Integer.getInteger("exact.watchers", 200);
    private static final int KILLS = Integer.getInteger("exact.kills", 2);
    private static final int GAPS = Integer.getInteger("exact.gaps", 6);
    private static final int RESTARTS = Integer.getInteger("exact.restarts", 1);
    private static final long SEED = Seed.of("exact.seed");

    /** Counted from the last commit. */
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(30);

    /** Little memory and small pages, so that clients are served from memory and from the database. */
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
    void each_client_receives_exactly_the_events_of_its_filter_despite_failures() throws Exception {
        System.out.println("exact: -Dexact.seed=" + SEED);
        var random = new Random(SEED);
        var papers = FeedQuery.papers(12, random);
        var finished = new CountDownLatch(1);
        try (var postgres = StandingServer.start(folder);
                var replicas = Replicas.start(folder, 3, SETTINGS, postgres.connection());
                var writers = new Writers(postgres.connection(), papers);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var path = writers.eventWriter().path();
            var from = position(replicas, path);
            var watchers = IntStream.range(0, WATCHERS)
                    .mapToObj(_ -> new FeedWatcher(
                            FeedQuery.random(papers, random),
                            replicas.doors(),
                            path,
                            from,
                            new Random(random.nextLong()),
                            finished))
                    .toList();
            var begun = System.nanoTime();
            try {
                var clientTasks = watchers.stream()
                        .map(watch -> threads.submit(watch::run))
                        .toList();
                var disruptions = new Disruptions(replicas, postgres, writers, EVENTS, finished);
                var kills = new Random(random.nextLong());
                var gaps = new Random(random.nextLong());
                var tasks = new java.util.ArrayList<Future<?>>(List.of(
                        threads.submit(() -> disruptions.kills(KILLS, kills)),
                        threads.submit(() -> disruptions.listenGaps(GAPS, gaps)),
                        threads.submit(() -> disruptions.restarts(RESTARTS))));
                for (var writer = 0; writer < Writers.THREADS; writer++) {
                    var writerRandom = new Random(random.nextLong());
                    tasks.add(threads.submit(() -> writers.write(EVENTS, writerRandom)));
                }
                for (var task : tasks) {
                    task.get();
                }
                writers.writeMarksWithoutListeners();
                var log = log(replicas, writers);
                watchers.forEach(watch -> watch.setTargetPosition(
                        expectedEvents(log, watch).getLast().position()));
                awaitAll(watchers);
                finished.countDown();
                for (var task : clientTasks) {
                    task.get();
                }
                checkDeliveries(log, watchers, (System.nanoTime() - begun) / 1_000_000_000);
            } finally {
                finished.countDown();
            }
        }
    }

    private static String position(Replicas replicas, String path) {
        var gateway = replicas.doors().getFirst();
        try (var stream = gateway.stream(path, gateway.withToken("operator"))) {
            return String.valueOf(stream.next(block -> block.id() != null).id());
        }
    }

    private static List<LoggedEvent> log(Replicas replicas, Writers writers) throws Exception {
        try (var database = replicas.database()) {
            return LoggedEvent.all(database, writers.eventWriter().project());
        }
    }

    private static List<LoggedEvent.DeliveredEvent> expectedEvents(List<LoggedEvent> log, FeedWatcher watch) {
        return log.stream()
                .filter(entry -> watch.feedQuery().meant().test(entry.event()))
                .map(LoggedEvent::delivered)
                .toList();
    }

    private static void awaitAll(List<FeedWatcher> watchers) {
        try {
            Awaitility.await()
                    .atMost(DELIVERY_TIMEOUT)
                    .until(() -> watchers.stream().allMatch(FeedWatcher::hasReachedTarget));
        } catch (ConditionTimeoutException _) {
            // The report lists the missing events.
        }
    }

    private static void checkDeliveries(List<LoggedEvent> log, List<FeedWatcher> watchers, long seconds) {
        var report = new DeliveryReport();
        watchers.forEach(watch -> report.add(watch, expectedEvents(log, watch)));
        System.out.printf(
                "exact: %d events, %d watchers, %d connections, %d kills, %d listen gaps, %d restarts of PostgreSQL,"
                        + " %s, %d s%n",
                log.size(), watchers.size(), report.connections(), KILLS, GAPS, RESTARTS, report, seconds);
        assertThat(log).hasSizeGreaterThanOrEqualTo(EVENTS);
        assertThat(report.failures()).as("-Dexact.seed=" + SEED).isEmpty();
    }
}
