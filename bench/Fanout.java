import dev.attachgateway.storage.EmbeddedPostgres;
import dev.attachgateway.stream.eventlog.Event;
import dev.attachgateway.stream.eventlog.EventLog;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToDoubleFunction;

/**
 * The same events to the same number of readers, by the gateway and by nginx with nchan, in turn. Each event is published
 * when every reader has the one before, and has the same data. Deliveries are told for a second of the server's own CPU,
 * since the readers share its cores.
 * Arguments: folder, jar, readers, messages a run, pairs of runs.
 */
public class Fanout {
    static final String PROJECT = Load.PROJECT;

    /** One run of one server. */
    record Run(double perCpuSecond, double perSecond, double p50, double p99, double idleBytes, double databaseMs, double databaseShare) {}

    interface Server {
        int port();

        String path();

        String authorization();

        /** Returns when it is published; gives back how long the database took of it, in ms. */
        double publish(int number) throws Exception;

        List<Long> pids();
    }

    public static void main(String[] args) throws Exception {
        var folder = Path.of(args[0]);
        var readers = Integer.parseInt(args[2]);
        var messages = Integer.parseInt(args[3]);
        var pairs = Integer.parseInt(args[4]);
        var ours = new ArrayList<Run>();
        var theirs = new ArrayList<Run>();
        for (var pair = 1; pair <= pairs; pair++) {
            try (var gateway = new Ours(Files.createDirectories(folder.resolve("gateway-" + pair)), args[1], Map.of())) {
                ours.add(run("gateway", gateway, readers, messages));
            }
            try (var nchan = new Theirs(Files.createDirectories(folder.resolve("nchan-" + pair)), readers)) {
                theirs.add(run("nchan", nchan, readers, messages));
            }
        }
        System.out.println("medians, gateway to nchan:");
        compare("deliveries per CPU-second of the server", ours, theirs, Run::perCpuSecond);
        compare("deliveries per second", ours, theirs, Run::perSecond);
        compare("published to last reader, p50 ms", ours, theirs, Run::p50);
        compare("published to last reader, p99 ms", ours, theirs, Run::p99);
        compare("RSS bytes for an idle stream", ours, theirs, Run::idleBytes);
        System.out.printf("gateway only: commit %.2f ms of it, database %.0f %% of the gateway's CPU on top%n",
                median(ours, Run::databaseMs), 100 * median(ours, Run::databaseShare));
        System.exit(0);
    }

    static Run run(String name, Server server, int count, int messages) throws Exception {
        var request = "GET " + server.path() + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                + server.authorization() + "\r\n";
        try (var crowd = new Crowd(request)) {
            // Warm-up, so that what is needed once is there before anything is counted.
            crowd.connect(1, server.port(), 1);
            crowd.await("first", () -> crowd.answers(200) == 1, 20_000);
            var few = count / 5;
            crowd.connect(few - 1, server.port(), 800);
            crowd.await("warm-up", () -> crowd.answers(200) == few, 60_000);
            for (var i = 1; i <= 50; i++) {
                publishAndAwait(crowd, server, i, few);
            }
            Thread.sleep(5_000);
            var before = rss(server.pids().getFirst());
            crowd.connect(count - few, server.port(), 1000);
            crowd.complete(count, server.port());
            Thread.sleep(5_000);
            var idle = (rss(server.pids().getFirst()) - before) / (double) (count - few);
            for (var i = 1; i <= 10; i++) {
                publishAndAwait(crowd, server, i, count);
            }
            var latencies = new double[messages];
            var database = new double[messages];
            var cpu = Packaged.cpuSeconds(server.pids().getFirst());
            var databaseCpu = server.pids().stream().skip(1).mapToDouble(Packaged::cpuSeconds).sum();
            var begin = System.nanoTime();
            for (var i = 0; i < messages; i++) {
                var at = System.nanoTime();
                database[i] = publishAndAwait(crowd, server, 100 + i, count);
                latencies[i] = (System.nanoTime() - at) / 1e6;
            }
            var seconds = (System.nanoTime() - begin) / 1e9;
            cpu = Packaged.cpuSeconds(server.pids().getFirst()) - cpu;
            databaseCpu = server.pids().stream().skip(1).mapToDouble(Packaged::cpuSeconds).sum() - databaseCpu;
            var deliveries = (double) count * messages;
            var told = new double[messages];
            Arrays.setAll(told, i -> latencies[i] - database[i]);
            Arrays.sort(told);
            Arrays.sort(latencies);
            Arrays.sort(database);
            var run = new Run(deliveries / cpu, deliveries / seconds, latencies[messages / 2],
                    latencies[(int) (messages * 0.99)], idle, Arrays.stream(database).average().orElse(0), databaseCpu / cpu);
            System.out.printf("  commit p50 %.1f p90 %.1f p99 %.1f ms; committed to last reader p50 %.0f p90 %.0f p95 %.0f p99 %.0f max %.0f ms%n",
                    database[messages / 2], database[messages * 9 / 10], database[(int) (messages * 0.99)],
                    told[messages / 2], told[messages * 9 / 10], told[(int) (messages * 0.95)], told[(int) (messages * 0.99)], told[messages - 1]);
            System.out.printf("%s: %.0f deliveries per CPU-s, %.0f per s, p50 %.0f ms, p99 %.0f ms, %.0f B idle, commit %.2f ms, database CPU %.0f %%%n",
                    name, run.perCpuSecond, run.perSecond, run.p50, run.p99, run.idleBytes, run.databaseMs, 100 * run.databaseShare);
            if (crowd.open.get() != count) {
                throw new IllegalStateException("streams were lost: " + crowd.open);
            }
            return run;
        }
    }

    static double publishAndAwait(Crowd crowd, Server server, int number, int readers) throws Exception {
        var want = crowd.events.get() + readers;
        var ms = server.publish(number);
        crowd.await("delivered", () -> crowd.events.get() >= want, 30_000);
        return ms;
    }

    static void compare(String what, List<Run> ours, List<Run> theirs, ToDoubleFunction<Run> figure) {
        var a = median(ours, figure);
        var b = median(theirs, figure);
        System.out.printf("%-42s %10.0f %10.0f   %.2f x%n", what, a, b, a / b);
    }

    static <T> double median(List<T> runs, ToDoubleFunction<T> figure) {
        return runs.stream().mapToDouble(figure).sorted().skip(runs.size() / 2).findFirst().orElseThrow();
    }

    static long rss(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream().filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst().orElseThrow();
    }

    /** The gateway, its database beside it, and events that are committed as another replica would. */
    static final class Ours implements Server, AutoCloseable {
        static final List<String> STATUSES = List.of("pending", "running");
        final EmbeddedPostgres postgres;
        final Packaged packaged;
        final Vertx vertx = Vertx.vertx();
        final Pool pool;
        final EventLog log;
        final String token;
        final UUID operation = UUID.randomUUID();
        final Map<String, String> environment;

        final Path folder;
        /** Of each event, in characters; what is usual. */
        int filling = 300;

        Ours(Path folder, String jar, Map<String, String> more) throws Exception {
            this.folder = folder;
            postgres = EmbeddedPostgres.start(folder.resolve("postgresql"));
            var at = postgres.connectionDetails();
            environment = new HashMap<>(Map.of("STORAGE_URL", at.url(), "STORAGE_USERNAME", at.username(),
                    "STORAGE_PASSWORD", at.password(), "STREAM_MAX_PER_CALLER", "20000", "STREAM_MAX_PER_PROJECT", "20000",
                    "STREAM_MAX_PER_REPLICA", "20000", "JAVA_TOOL_OPTIONS", System.getProperty("gateway.jvm", "")));
            environment.putAll(more);
            packaged = new Packaged(folder, jar, environment);
            pool = Pool.newInstance(io.vertx.pgclient.PgBuilder.pool()
                    .connectingTo(PgConnectOptions.fromUri(at.url()).setUser(at.username()).setPassword(at.password()))
                    .with(new PoolOptions().setMaxSize(4)).using(vertx.getDelegate()).build());
            log = new EventLog(pool);
            token = packaged.token("operator");
        }

        @Override
        public int port() {
            return packaged.port;
        }

        @Override
        public String path() {
            return "/v1/" + PROJECT + "/dev-servers/operations";
        }

        @Override
        public String authorization() {
            return "Authorization: Bearer " + token + "\r\n";
        }

        @Override
        public double publish(int number) {
            var begin = System.nanoTime();
            await(pool.withTransaction(transaction -> log.append(transaction, draft(number))));
            var ms = (System.nanoTime() - begin) / 1e6;
            await(pool.query("notify attach_gateway_event").execute());
            return ms;
        }

        /** The same without waiting for it, or telling anybody but by the commit. */
        Uni<Long> append(int number) {
            return pool.withTransaction(transaction -> log.append(transaction, draft(number)));
        }

        void wake() {
            await(pool.query("notify attach_gateway_event").execute());
        }

        private Event.Draft draft(int number) {
            return new Event.Draft(PROJECT, operation, operation, operation, "node_attach_volume", "sandbox:attacher",
                    STATUSES.get(number % 2), STATUSES.get(1 - number % 2), data(number, filling));
        }

        static <T> T await(Uni<T> answer) {
            return answer.await().atMost(Duration.ofSeconds(20));
        }

        @Override
        public List<Long> pids() {
            var pids = new ArrayList<>(List.of(packaged.gateway.pid()));
            ProcessHandle.allProcesses().filter(process -> Packaged.isPostgresIn(folder, process)).forEach(process -> pids.add(process.pid()));
            return pids;
        }

        @Override
        public void close() throws Exception {
            await(pool.close());
            packaged.close();
            postgres.close();
            await(vertx.close());
        }
    }

    /** As long as an operation's JSON is. */
    static String data(int number, int filling) {
        return "{\"operation_id\":\"b894b879-a3c0-49ee-b5cb-92202b2794e2\",\"operation_status\":\"running\",\"number\":" + number
                + ",\"filling\":\"" + "x".repeat(filling) + "\"}";
    }

    /** nginx with nchan, one worker, as a stream of server-sent events from one channel. */
    static final class Theirs implements Server, AutoCloseable {
        final int port = Packaged.freePort();
        final Process nginx;

        Theirs(Path folder, int readers) throws Exception {
            var config = """
                    load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
                    daemon off; worker_processes 1; pid %1$s/pid; error_log %1$s/error.log;
                    events { worker_connections %3$d; use epoll; }
                    http {
                      access_log off; client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
                      fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
                      server {
                        listen 127.0.0.1:%2$d backlog=4096;
                        location = /pub { nchan_publisher; nchan_channel_id feed; nchan_message_buffer_length 100; }
                        location = /sub { nchan_subscriber eventsource; nchan_channel_id feed; nchan_subscriber_first_message newest; }
                      }
                    }
                    """.formatted(folder, port, readers + 500);
            var file = Files.writeString(folder.resolve("nginx.conf"), config);
            nginx = new ProcessBuilder("/usr/sbin/nginx", "-c", file.toString(), "-p", folder.toString(), "-e", folder + "/error.log")
                    .redirectErrorStream(true).redirectOutput(new File(folder.toFile(), "log")).start();
            for (var tries = 0; tries < 100 && pids().isEmpty(); tries++) {
                Thread.sleep(100);
            }
            publish(0);
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public String path() {
            return "/sub";
        }

        @Override
        public String authorization() {
            return "";
        }

        @Override
        public double publish(int number) throws Exception {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/pub"))
                    .POST(HttpRequest.BodyPublishers.ofString(data(number, 300))).build();
            Packaged.HTTP.send(request, BodyHandlers.discarding());
            return 0;
        }

        @Override
        public List<Long> pids() {
            return nginx.children().map(ProcessHandle::pid).toList();
        }

        @Override
        public void close() throws Exception {
            nginx.destroy();
            nginx.waitFor();
        }
    }
}
