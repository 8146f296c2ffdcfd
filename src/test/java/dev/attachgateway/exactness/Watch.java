package dev.attachgateway.exactness;

import dev.attachgateway.exactness.Entry.Told;
import dev.attachgateway.testkit.FeedQuery;
import dev.attachgateway.testkit.GatewayClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One client of a feed, who hangs up now and then and comes back with its last id, each time to another replica. */
final class Watch {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(20);
    private static final int EVENTS_A_CONNECTION = 300;

    private final FeedQuery feedQuery;
    private final List<GatewayClient> doors;
    private final String path;
    private final Random random;
    private final CountDownLatch over;
    private final List<Told> told = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private String last;
    private int door;
    private int connections;
    private volatile long goal = Long.MAX_VALUE;
    private volatile long seen;

    /**
     * A client that has not begun.
     *
     * @param last what it says it has seen
     * @param over after which it watches no more
     */
    Watch(
            FeedQuery feedQuery,
            List<GatewayClient> doors,
            String path,
            String last,
            Random random,
            CountDownLatch over) {
        this.feedQuery = feedQuery;
        this.doors = doors;
        this.path = path;
        this.last = last;
        this.random = random;
        this.over = over;
    }

    FeedQuery wish() {
        return feedQuery;
    }

    /** All it was told, in the order in which it was. */
    List<Told> told() {
        return told;
    }

    /** What it got that it should not get. */
    List<String> wrong() {
        return wrong;
    }

    int connections() {
        return connections;
    }

    /** The last position that it has to be told of. */
    void awaits(long position) {
        goal = position;
    }

    boolean isThere() {
        return seen >= goal;
    }

    /** Watches until everything is over. */
    void run() {
        try {
            while (over.getCount() > 0) {
                door = (door + 1 + random.nextInt(doors.size() - 1)) % doors.size();
                if (!connect(doors.get(door))) {
                    // A refusal asks for a pause.
                    over.await(20 + random.nextInt(80), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean connect(GatewayClient gateway) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(gateway.url() + path + feedQuery.query()))
                .timeout(ANSWERED_WITHIN)
                .header("Accept", "text/event-stream")
                .header("Authorization", "Bearer " + doors.getFirst().token("operator"))
                .header("Last-Event-ID", last)
                .build();
        try {
            var answer = HTTP.send(request, BodyHandlers.ofInputStream());
            try (var body = answer.body()) {
                if (answer.statusCode() == 200) {
                    connections++;
                    read(new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)));
                    return true;
                }
                if (answer.statusCode() != 503) {
                    wrong.add(answer.statusCode() + " " + new String(body.readAllBytes(), StandardCharsets.UTF_8));
                }
                return false;
            }
        } catch (IOException e) {
            // The replica is dead, or died meanwhile.
            return false;
        }
    }

    /** Heartbeats come so often that it sees soon enough when all is over. */
    private void read(BufferedReader lines) throws IOException {
        String id = null;
        String data = null;
        var event = "";
        var left = 1 + random.nextInt(EVENTS_A_CONNECTION);
        for (var line = lines.readLine(); line != null && left > 0; line = lines.readLine()) {
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.isEmpty()) {
                left -= note(id, event, data);
                id = null;
                data = null;
                event = "";
                if (over.getCount() == 0) {
                    return;
                }
            }
        }
    }

    private int note(@Nullable String id, String event, @Nullable String data) {
        if (id == null && data == null) {
            return 0;
        }
        if (id == null || data == null || !event.equals("operation")) {
            // A reset or a snapshot: this client was never anywhere else.
            wrong.add(event + " " + id + " " + data);
            last = id == null ? last : id;
            return 0;
        }
        last = id;
        seen = position(id);
        told.add(new Told(seen, data.hashCode()));
        return 1;
    }

    static long position(String id) {
        return Long.parseLong(id.split("-", 3)[1]);
    }
}
