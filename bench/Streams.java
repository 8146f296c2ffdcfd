import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What thousands of streams do to a gateway, and it to them.
 * Arguments: folder, jar, what ({@code slow}, {@code burst}, {@code drain} or {@code churn}), streams, seconds.
 */
public class Streams {
    static final int A_SECOND = 800;

    final Fanout.Ours server;
    final Path folder;
    final int streams;
    final int seconds;
    int position;

    Streams(Fanout.Ours server, Path folder, int streams, int seconds) {
        this.server = server;
        this.folder = folder;
        this.streams = streams;
        this.seconds = seconds;
    }

    public static void main(String[] args) throws Exception {
        var folder = Path.of(args[0]);
        var more = switch (args[2]) {
            case "slow" -> Map.of("STREAM_HEARTBEAT", "5S");
            // Full from the beginning, so that what it takes does not look like a leak.
            case "churn" -> Map.of("STREAM_MEMORY_EVENTS", "20");
            default -> Map.<String, String>of();
        };
        try (var server = new Fanout.Ours(folder, args[1], more)) {
            var bench = new Streams(server, folder, Integer.parseInt(args[3]), Integer.parseInt(args[4]));
            switch (args[2]) {
                case "slow" -> bench.slow();
                case "burst" -> bench.burst();
                case "drain" -> bench.drain();
                case "churn" -> bench.churn();
                default -> throw new IllegalArgumentException(args[2]);
            }
        }
        System.exit(0);
    }

    Crowd crowd() throws IOException {
        var crowd = new Crowd("GET " + server.path() + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                + server.authorization() + "\r\n");
        crowd.keepsIds = true;
        crowd.publishedNs = new long[1 << 20];
        return crowd;
    }

    void fill(Crowd crowd, int count) throws Exception {
        var before = crowd.answers(200);
        crowd.connect(1, server.port(), 1);
        crowd.await("first", () -> crowd.answers(200) == before + 1, 30_000);
        crowd.connect(count - 1, server.port(), A_SECOND);
        crowd.await("connected", () -> crowd.answers(200) == before + count, 60_000);
        Thread.sleep(2_000);
    }

    void publish(Crowd crowd) throws Exception {
        position++;
        crowd.publishedNs[position] = System.nanoTime();
        server.publish(position);
    }

    void awaitAll(Crowd crowd, long limitMs) {
        crowd.await("all told up to " + position, () -> behind(crowd) == 0, limitMs);
    }

    /** How many have not been told of the last event. */
    long behind(Crowd crowd) {
        var behind = new long[1];
        try {
            crowd.onAndWait(() -> behind[0] = crowd.readers.stream()
                    .filter(reader -> !crowd.replaced.contains(reader) && reader.position < position).count());
            Thread.sleep(50);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return behind[0];
    }

    /** 100 of them stop reading; the others must not feel it, and those must miss nothing. */
    void slow() throws Exception {
        try (var crowd = crowd()) {
            // Little room and large events, so that what the system buffers for a socket is soon full.
            server.filling = 8_000;
            crowd.receiveBuffer = 4096;
            fill(crowd, 100);
            crowd.receiveBuffer = 0;
            fill(crowd, streams - 100);
            crowd.comesBack = true;
            for (var i = 0; i < 100; i++) {
                publish(crowd);
            }
            awaitAll(crowd, 60_000);
            var ratios = new ArrayList<Double>();
            for (var pair = 1; pair <= 3; pair++) {
                var alone = paced(crowd);
                var rss = Fanout.rss(server.pids().getFirst());
                crowd.pause(100, true);
                var beside = paced(crowd);
                var most = Fanout.rss(server.pids().getFirst());
                crowd.pause(100, false);
                awaitAll(crowd, 60_000);
                ratios.add(beside / alone);
                System.out.printf("pair %d: p99 %.1f ms alone, %.1f ms beside 100 that do not read, ratio %.2f; RSS %+d MB; "
                        + "cut off so far %d, of the others %d; missed %d, twice %d%n", pair, alone, beside, beside / alone,
                        (most - rss) >> 20, crowd.readers.stream().limit(100).mapToInt(it -> it.endings).sum(),
                        crowd.readers.stream().skip(100).mapToInt(it -> it.endings).sum(), crowd.missed.get(), crowd.doubled.get());
            }
            System.out.printf("median ratio %.2f%n", ratios.stream().sorted().skip(1).findFirst().orElseThrow());
        }
    }

    /** Events at a steady rate; gives back the p99 in ms from before the commit to the reader. */
    double paced(Crowd crowd) throws Exception {
        crowd.latencies.clear();
        var begin = System.nanoTime();
        for (var i = 0; i < seconds * 5; i++) {
            TimeUnit.NANOSECONDS.sleep(begin + i * 200_000_000L - System.nanoTime());
            publish(crowd);
        }
        Thread.sleep(2_000);
        return crowd.latencies.ms(0.99);
    }

    /** 300 events at once. */
    void burst() throws Exception {
        try (var crowd = crowd()) {
            fill(crowd, streams);
            for (var i = 0; i < 20; i++) {
                publish(crowd);
            }
            awaitAll(crowd, 60_000);
            for (var round = 1; round <= 3; round++) {
                Thread.sleep(500);
                var before = crowd.events.get();
                var begin = System.nanoTime();
                var commits = new ArrayList<io.smallrye.mutiny.Uni<Long>>();
                for (var i = 0; i < 300; i++) {
                    commits.add(server.append(i));
                }
                Fanout.Ours.await(io.smallrye.mutiny.Uni.join().all(commits).andFailFast());
                server.wake();
                position += 300;
                awaitAll(crowd, 60_000);
                var ms = (System.nanoTime() - begin) / 1_000_000;
                Thread.sleep(500);
                System.out.printf("burst %d: %d of %d delivered in %d ms, %d closed, missed %d, twice %d%n", round,
                        crowd.events.get() - before, 300L * streams, ms,
                        streams - crowd.open.get(), crowd.missed.get(), crowd.doubled.get());
            }
        }
    }

    /** SIGTERM under events, with another replica to go to. */
    void drain() throws Exception {
        var other = Packaged.freePort();
        var management = Packaged.freePort();
        var second = server.packaged.startGateway("second", other, management, server.environment);
        server.packaged.awaitStatus("http://localhost:" + management + "/q/health/ready", 200);
        try (var crowd = crowd()) {
            fill(crowd, streams);
            crowd.elsewhere = new int[] {other};
            crowd.comesBack = true;
            var publisher = Thread.ofPlatform().start(() -> {
                try {
                    for (var i = 0; i < (seconds + 30) * 5; i++) {
                        publish(crowd);
                        Thread.sleep(200);
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            Thread.sleep(2_000);
            var begin = System.nanoTime();
            server.packaged.gateway.destroy();
            var ended = server.packaged.gateway.waitFor(60, TimeUnit.SECONDS);
            var exitMs = (System.nanoTime() - begin) / 1_000_000;
            var told = new long[1];
            crowd.onAndWait(() -> told[0] = crowd.readers.stream().limit(streams).filter(it -> it.told > 1).count());
            System.out.printf("exit %s after %d ms, %d of %d told when to come back%n",
                    ended ? server.packaged.gateway.exitValue() : "never", exitMs, told[0], streams);
            crowd.await("back", () -> crowd.backAt.size() >= streams, 120_000);
            publisher.join();
            awaitAll(crowd, 60_000);
            histogram("streams ended", crowd.endedAt.stream().toList(), begin);
            histogram("came back", crowd.backAt.stream().toList(), begin);
            System.out.printf("%d came back, missed %d, twice %d, resets %d, answers %s%n", crowd.backAt.size(),
                    crowd.missed.get(), crowd.doubled.get(), crowd.resets.get(), crowd.answers);
        } finally {
            second.destroy();
            second.waitFor(30, TimeUnit.SECONDS);
        }
    }

    static void histogram(String what, List<Long> times, long begin) {
        var seconds = new TreeMap<Long, Integer>();
        times.forEach(at -> seconds.merge((at - begin) / 1_000_000_000, 1, Integer::sum));
        System.out.println(what + " in each second: " + seconds);
    }

    /** Clients come and go for a long time, and nothing is left of those who went. */
    void churn() throws Exception {
        var pid = server.packaged.gateway.pid();
        var handles = handles(pid);
        var heaps = new ArrayList<Long>();
        try (var crowd = crowd()) {
            fill(crowd, streams);
            var begin = System.nanoTime();
            var turns = 0;
            while (System.nanoTime() - begin < seconds * 1_000_000_000L) {
                crowd.leave(A_SECOND / 2);
                var before = crowd.answers(200);
                crowd.connect(A_SECOND / 2, server.port(), A_SECOND);
                crowd.await("connected", () -> crowd.answers(200) == before + A_SECOND / 2, 60_000);
                publish(crowd);
                if (++turns % Math.max(1, seconds / 10) == 0) {
                    heaps.add(heapAfterGc(pid));
                    System.out.printf("%d s: %d came and went, heap after GC %.2f MB, RSS %d MB, %d handles, %d open%n",
                            (System.nanoTime() - begin) / 1_000_000_000, turns * A_SECOND / 2, heaps.getLast() / 1e6,
                            Fanout.rss(pid) >> 20, handles(pid), crowd.open.get());
                }
            }
            awaitAll(crowd, 30_000);
            System.out.printf("heap after GC: first %.2f MB, last %.2f MB, %+.2f %%; missed %d, twice %d%n", heaps.get(1) / 1e6,
                    heaps.getLast() / 1e6, 100.0 * (heaps.getLast() - heaps.get(1)) / heaps.get(1), crowd.missed.get(), crowd.doubled.get());
        }
        Thread.sleep(5_000);
        System.out.printf("handles: %d before, %d after all have left%n", handles, handles(pid));
    }

    static long handles(long pid) throws IOException {
        try (var all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return all.count();
        }
    }

    /** Bytes of what is reachable after a full collection, without what the collector fills its own gaps with. */
    static long heapAfterGc(long pid) throws Exception {
        jcmd(pid, "GC.run");
        return jcmd(pid, "GC.class_histogram").lines().map(line -> line.strip().split("\\s+"))
                .filter(row -> row.length > 3 && row[0].matches("\\d+:") && !row[3].contains("jdk.internal.vm.Filler"))
                .mapToLong(row -> Long.parseLong(row[2])).sum();
    }

    static String jcmd(long pid, String command) throws Exception {
        var java = Path.of(ProcessHandle.current().info().command().orElseThrow());
        var process = new ProcessBuilder(java.resolveSibling("jcmd").toString(), Long.toString(pid), command).redirectErrorStream(true).start();
        var answer = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return answer;
    }
}
