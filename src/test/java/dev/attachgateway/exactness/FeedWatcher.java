package dev.attachgateway.exactness;

import dev.attachgateway.exactness.LoggedEvent.DeliveredEvent;
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

/**
 * A client of a feed that disconnects at random and reconnects with its last event id, each time to another replica.
 */
final class FeedWatcher {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(20);
    private static final int MAX_EVENTS_PER_CONNECTION = 300;

    private final FeedQuery feedQuery;
    private final List<GatewayClient> gateways;
    private final String path;
    private final Random random;
    private final CountDownLatch finished;
    private final List<DeliveredEvent> received = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private String lastEventId;
    private int gatewayIndex;
    private int connections;
    private volatile long targetPosition = Long.MAX_VALUE;
    private volatile long lastPosition;

    /**
     * Creates a client.
     *
     * @param lastEventId initial {@code Last-Event-ID}
     * @param finished latch that ends the client
     */
    FeedWatcher(
            FeedQuery feedQuery,
            List<GatewayClient> gateways,
            String path,
            String lastEventId,
            Random random,
            CountDownLatch finished) {
        this.feedQuery = feedQuery;
        this.gateways = gateways;
        this.path = path;
        this.lastEventId = lastEventId;
        this.random = random;
        this.finished = finished;
    }

    FeedQuery feedQuery() {
        return feedQuery;
    }

    /** Returns all received events in order of arrival. */
    List<DeliveredEvent> received() {
        return received;
    }

    /** Returns unexpected responses and events. */
    List<String> violations() {
        return violations;
    }

    int connections() {
        return connections;
    }

    /** Sets the last position that the client must receive. */
    void setTargetPosition(long position) {
        targetPosition = position;
    }

    boolean hasReachedTarget() {
        return lastPosition >= targetPosition;
    }

    /** Reads until the latch is released. */
    void run() {
        try {
            while (finished.getCount() > 0) {
                gatewayIndex = (gatewayIndex + 1 + random.nextInt(gateways.size() - 1)) % gateways.size();
                if (!connect(gateways.get(gatewayIndex))) {
                    // Pause after a rejection.
                    finished.await(20 + random.nextInt(80), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean connect(GatewayClient gateway) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(gateway.url() + path + feedQuery.query()))
                .timeout(RESPONSE_TIMEOUT)
                .header("Accept", "text/event-stream")
                .header("Authorization", "Bearer " + gateways.getFirst().token("operator"))
                .header("Last-Event-ID", lastEventId)
                .build();
        try {
            var response = HTTP.send(request, BodyHandlers.ofInputStream());
            try (var body = response.body()) {
                if (response.statusCode() == 200) {
                    connections++;
                    read(new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)));
                    return true;
                }
                if (response.statusCode() != 503) {
                    violations.add(
                            response.statusCode() + " " + new String(body.readAllBytes(), StandardCharsets.UTF_8));
                }
                return false;
            }
        } catch (IOException e) {
            // The replica is down or was killed meanwhile.
            return false;
        }
    }

    /** Heartbeats are frequent enough to notice the end of the test soon. */
    private void read(BufferedReader lines) throws IOException {
        String id = null;
        String data = null;
        var event = "";
        var remaining = 1 + random.nextInt(MAX_EVENTS_PER_CONNECTION);
        for (var line = lines.readLine(); line != null && remaining > 0; line = lines.readLine()) {
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.isEmpty()) {
                remaining -= handleEvent(id, event, data);
                id = null;
                data = null;
                event = "";
                if (finished.getCount() == 0) {
                    return;
                }
            }
        }
    }

    private int handleEvent(@Nullable String id, String event, @Nullable String data) {
        if (id == null && data == null) {
            return 0;
        }
        if (id == null || data == null || !event.equals("operation")) {
            // A reset or a snapshot is unexpected: the history of this client has not changed.
            violations.add(event + " " + id + " " + data);
            lastEventId = id == null ? lastEventId : id;
            return 0;
        }
        lastEventId = id;
        lastPosition = position(id);
        received.add(new DeliveredEvent(lastPosition, data.hashCode()));
        return 1;
    }

    static long position(String id) {
        return Long.parseLong(id.split("-", 3)[1]);
    }
}
