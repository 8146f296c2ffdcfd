import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/** Callers who attach at a steady rate, whatever becomes of it, and wait for the answer. */
final class Load {
    static final String PROJECT = "0123456789abcdef0123456789abcdef";

    final Packaged packaged;
    final List<String> servers = new ArrayList<>();
    final ConcurrentLinkedQueue<String> disks = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Integer> answered = new ConcurrentLinkedQueue<>();
    final String token;
    int offered;

    Load(Packaged packaged, int wanted) throws Exception {
        this.packaged = packaged;
        token = packaged.token("attacher");
        servers.addAll(ids("servers", 200));
        for (var made = 0; made < wanted; made += 1000) {
            disks.addAll(ids("volumes", 1000));
        }
    }

    /** Attaches at a steady rate, whatever becomes of them; answers how many were answered 200. */
    int run(int seconds, int rate) throws Exception {
        answered.clear();
        var began = System.nanoTime();
        var count = seconds * rate;
        var threads = new ArrayList<Thread>();
        for (var i = 0; i < count; i++) {
            TimeUnit.NANOSECONDS.sleep(began + i * 1_000_000_000L / rate - System.nanoTime());
            var disk = disks.poll();
            if (disk == null) {
                throw new IllegalStateException("no disk is left");
            }
            var server = servers.get(offered++ % servers.size());
            threads.add(Thread.ofVirtual().start(() -> attach(server, disk)));
        }
        for (var thread : threads) {
            thread.join();
        }
        return (int) answered.stream().filter(it -> it == 200).count();
    }

    void attach(String server, String disk) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + packaged.port + "/v1/" + PROJECT + "/dev-servers/" + server + "/attachvolume"))
                    .timeout(Duration.ofSeconds(60)).header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json").header("Prefer", "wait=5")
                    .POST(BodyPublishers.ofString("{\"volume_id\":\"" + disk + "\"}")).build();
            var status = Packaged.HTTP.send(request, BodyHandlers.ofString()).statusCode();
            answered.add(status);
            if (status != 200 && status != 202) {
                disks.add(disk); // not attached, so that it serves again
            }
        } catch (IOException | InterruptedException e) {
            answered.add(-1);
        }
    }

    List<String> ids(String what, int count) throws Exception {
        return StreamSupport.stream(new JsonArray(packaged.control("POST", what, "{\"count\":" + count + "}")).spliterator(), false)
                .map(made -> ((JsonObject) made).getString("id")).toList();
    }
}
