package dev.attachgateway.race;

import dev.attachgateway.history.Attempt;
import dev.attachgateway.history.Histories;
import dev.attachgateway.history.Written;
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

/** Callers attach and detach the same disks by several replicas, some of which are killed meanwhile. */
final class Race {
    private static final Duration LIMIT = Duration.ofMinutes(45);
    private static final Duration ENDED_WITHIN = Duration.ofMinutes(3);

    /** Seconds instead of minutes, at both ends. */
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
     * How large it is.
     *
     * @param kills how often a replica dies
     * @param unguarded whether the database's reservation of disks is taken away first
     */
    record Size(int attempts, int disks, int servers, int callers, int replicas, int kills, boolean unguarded) {}

    private final Size size;
    private final long seed;
    private final Replicas replicas;
    private final Callers callers;
    private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();

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

    /** Runs it and gives back what was told, written and done; everything has ended by then or it fails. */
    static Histories run(Path folder, Size size, long seed) throws Exception {
        try (var replicas = Replicas.start(folder, size.replicas(), QUICK)) {
            if (size.unguarded()) {
                try (var database = replicas.database()) {
                    Unguarded.in(database);
                }
            }
            return new Race(size, seed, replicas).run();
        }
    }

    private Histories run() throws Exception {
        callers.prepare(size.callers());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, size.callers()).forEach(caller -> threads.execute(() -> call(caller)));
            threads.execute(this::disturb);
            threads.shutdown();
            if (!threads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                over.set(true);
                throw new AssertionError("not over within " + LIMIT + ", after " + attempts.size() + " attempts");
            }
        }
        replicas.cloud().faults();
        try (var database = replicas.database()) {
            if (!size.unguarded()) {
                Ends.await(database, ENDED_WITHIN);
            }
            return Written.with(attempts, database, replicas.cloud());
        }
    }

    private void call(int caller) {
        var random = new Random(seed + caller);
        for (var number = begun.incrementAndGet(); number <= size.attempts(); number = begun.incrementAndGet()) {
            attempts.add(callers.attempt(number, caller, random));
            if (over.get()) {
                return;
            }
        }
    }

    /** Between one kill and the next the callers get through an equal share of their attempts. */
    private void disturb() {
        var random = new Random(seed - 1);
        for (var kill = 1; kill <= size.kills(); kill++) {
            var due = size.attempts() * kill / (size.kills() + 1);
            Awaitility.await()
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> begun.get() >= due || over.get());
            trouble();
            var victim = replicas.gateways().get(random.nextInt(size.replicas()));
            victim.kill();
            victim.restart();
        }
    }

    /** Answers that get lost, before and after the effect. */
    private void trouble() {
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
