package dev.attachgateway.race;

import dev.attachgateway.history.Attempt;
import dev.attachgateway.history.Histories;
import dev.attachgateway.history.HistoryCollector;
import dev.attachgateway.testkit.Replicas;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Callers attach and detach the same disks through several replicas, some of which are killed meanwhile. */
final class Race {
    private static final Duration LIMIT = Duration.ofMinutes(45);
    private static final Duration END_TIMEOUT = Duration.ofMinutes(3);

    /** Time-outs of seconds instead of minutes in gateway and sandbox. */
    private static final Map<String, String> QUICK = Map.ofEntries(
            Map.entry("OPERATION_LEASE", "4S"),
            Map.entry("OPERATION_SEND_TIMEOUT", "1S"),
            Map.entry("OPERATION_POLL_MIN_INTERVAL", "100MS"),
            Map.entry("OPERATION_POLL_MAX_INTERVAL", "500MS"),
            Map.entry("OPERATION_SETTLE_INTERVAL", "500MS"),
            Map.entry("OPERATION_SETTLE_QUIET_PERIOD", "1S"),
            Map.entry("UPSTREAM_SIGNATURE_MAX_AGE", "5S"),
            Map.entry("UPSTREAM_CONNECT_TIMEOUT", "1S"),
            Map.entry("UPSTREAM_ANSWER_TIMEOUT", "3S"));

    /**
     * Size of a race.
     *
     * @param kills number of times a replica is killed
     * @param unguarded whether the database's reservation of disks is removed first
     */
    record Size(int attempts, int disks, int servers, int callers, int replicas, int kills, boolean unguarded) {}

    private final Size size;
    private final long seed;
    private final Replicas replicas;
    private final Callers callers;
    private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();

    private Race(Size size, long seed, Replicas replicas) {
        this.size = size;
        this.seed = seed;
        this.replicas = replicas;
        var cloud = replicas.cloud();
        cloud.behaviour(Map.of(
                "attach_ms",
                100,
                "detach_ms",
                100,
                "evs_lag_ms",
                50,
                "server_lag_ms",
                50,
                "signature_ms",
                5_000,
                "busy",
                true));
        this.callers = new Callers(replicas.doors(), cloud.newServers(size.servers()), cloud.newVolumes(size.disks()));
    }

    /** Runs a race and returns its histories; fails unless every operation has ended. */
    static Histories run(Path folder, Size size, long seed) throws Exception {
        try (var replicas = Replicas.start(folder, size.replicas(), QUICK)) {
            if (size.unguarded()) {
                try (var database = replicas.database()) {
                    ReservationRemoval.apply(database);
                }
            }
            return new Race(size, seed, replicas).run();
        }
    }

    private Histories run() throws Exception {
        callers.prepare(size.callers());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, size.callers()).forEach(caller -> threads.execute(() -> call(caller)));
            threads.execute(this::killReplicas);
            threads.shutdown();
            if (!threads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                stopped.set(true);
                throw new AssertionError("not finished within " + LIMIT + ", after " + attempts.size() + " attempts");
            }
        }
        replicas.cloud().faults();
        try (var database = replicas.database()) {
            if (!size.unguarded()) {
                OperationEnds.await(database, END_TIMEOUT);
            }
            return HistoryCollector.collect(attempts, database, replicas.cloud());
        }
    }

    private void call(int caller) {
        var random = new Random(seed + caller);
        for (var number = begun.incrementAndGet(); number <= size.attempts(); number = begun.incrementAndGet()) {
            attempts.add(callers.attempt(number, caller, random));
            if (stopped.get()) {
                return;
            }
        }
    }

    /** Kills replicas, with an equal share of the attempts between two kills. */
    private void killReplicas() {
        var random = new Random(seed - 1);
        for (var kill = 1; kill <= size.kills(); kill++) {
            var threshold = size.attempts() * kill / (size.kills() + 1);
            Awaitility.await()
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> begun.get() >= threshold || stopped.get());
            injectFaults();
            var victim = replicas.gateways().get(random.nextInt(size.replicas()));
            victim.kill();
            victim.restart();
        }
    }

    /** Responses that are lost, before and after the effect. */
    private void injectFaults() {
        replicas.cloud()
                .faults(
                        Fault.kind("attach", "drop").after().times(3),
                        Fault.kind("attach", "drop").times(2),
                        Fault.status("attach", 500).after().times(2),
                        Fault.kind("detach", "drop").after().times(3),
                        Fault.kind("detach", "drop").times(2),
                        Fault.status("detach", 502).times(2),
                        Fault.status("volume", 503).times(5));
    }
}
