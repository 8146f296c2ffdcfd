package dev.attachgateway.stream.subscription;

import static dev.attachgateway.stream.LimitsProfile.PER_CALLER;
import static dev.attachgateway.stream.LimitsProfile.PER_PROJECT;
import static dev.attachgateway.stream.LimitsProfile.PER_REPLICA;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.LimitsProfile;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that streams are limited for each caller, project and replica, and that every slot is released. */
@QuarkusTest
@TestProfile(LimitsProfile.class)
@WithTestResource(PostgresForTests.class)
class StreamLimiterTest {
    private static final String P1 = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    StreamLimiter streamLimiter;

    @Inject
    MeterRegistry metrics;

    private final GatewayClient gateway = GatewayClient.underTest();
    private final List<EventStream> open = new ArrayList<>();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
    }

    @AfterEach
    void assertAllSlotsReleased() {
        open.forEach(EventStream::close);
        Awaitility.await().atMost(Timeouts.CONDITION).until(streamLimiter::isEmpty);
    }

    private EventStream openStream(String client, String path) {
        var stream = gateway.stream(path, gateway.withToken(client));
        synchronized (open) {
            open.add(stream);
        }
        return stream;
    }

    /** Opens all at the same time and returns their statuses. */
    private static List<Integer> concurrently(Stream<Callable<EventStream>> requests) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var responses = requests.map(threads::submit).toList();
            var statuses = new ArrayList<Integer>();
            for (var response : responses) {
                statuses.add(response.get().status());
            }
            return statuses;
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private List<Integer> concurrently(int count, String client, String path) {
        gateway.token(client);
        return concurrently(IntStream.range(0, count).mapToObj(_ -> () -> openStream(client, path)));
    }

    private String rejection(String client, String path) {
        var response = gateway.get(path, gateway.withToken(client, "Accept", "text/event-stream"));
        assertThat(Integer.parseInt(response.header("Retry-After"))).isBetween(5, 10);
        return response.status() + " " + response.code() + " " + response.text("detail");
    }

    private double rejections(String scope) {
        return metrics.get("attach.gateway.streams.refused")
                .tag("of", scope)
                .counter()
                .count();
    }

    @Test
    void a_caller_gets_at_most_its_limit_of_concurrent_streams() {
        var before = rejections("caller");
        assertThat(concurrently(20, "operator", eventWriter.path()))
                .containsOnly(200, 429)
                .filteredOn(status -> status == 200)
                .hasSize(PER_CALLER);
        assertThat(rejection("operator", new EventWriter(pool, log).path()))
                .as("in any project")
                .isEqualTo("429 Gateway.TooManyStreams The caller has 5 open streams on this replica, the maximum.");
        assertThat(rejections("caller")).isEqualTo(before + 20 - PER_CALLER + 1);
        assertThat(openStream("team-1", P1).status()).as("another caller").isEqualTo(200);
    }

    @Test
    void a_project_gets_at_most_its_limit_of_concurrent_streams() {
        var clients = List.of("attacher", "team-1", "team-2", "team-3");
        clients.forEach(gateway::token);
        assertThat(concurrently(clients.stream()
                        .flatMap(client -> IntStream.range(0, PER_CALLER).mapToObj(_ -> () -> openStream(client, P1)))))
                .containsOnly(200, 429)
                .filteredOn(status -> status == 200)
                .hasSize(PER_PROJECT);
        assertThat(rejection("team-4", P1))
                .isEqualTo("429 Gateway.TooManyStreams The project has 8 open streams on this replica, the maximum.");
        assertThat(openStream("operator", eventWriter.path()).status())
                .as("another project")
                .isEqualTo(200);
    }

    @Test
    void a_replica_serves_at_most_its_limit_of_concurrent_streams() {
        var paths = Map.of("attacher", P1, "operator", eventWriter.path(), "viewer", new EventWriter(pool, log).path());
        paths.keySet().forEach(gateway::token);
        assertThat(concurrently(paths.entrySet().stream()
                        .flatMap(each -> IntStream.range(0, PER_CALLER)
                                .mapToObj(_ -> () -> openStream(each.getKey(), each.getValue())))))
                .containsOnly(200, 503)
                .filteredOn(status -> status == 200)
                .hasSize(PER_REPLICA);
        assertThat(rejection("team-1", P1))
                .isEqualTo("503 Gateway.ReplicaFull This replica has 12 open streams, the maximum.");
    }

    @Test
    void a_rejected_caller_gets_a_stream_once_a_slot_is_released() {
        var mine = IntStream.range(0, PER_CALLER)
                .mapToObj(_ -> openStream("operator", eventWriter.path()))
                .toList();
        assertThat(openStream("operator", eventWriter.path()).status()).isEqualTo(429);
        mine.getFirst().close();
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> openStream("operator", eventWriter.path()).status() == 200);
        assertThat(openStream("operator", eventWriter.path()).status()).isEqualTo(429);
    }

    @Test
    void a_stream_that_ends_or_is_rejected_releases_its_slot() {
        var paper = Paper.some();
        eventWriter.begin(paper);
        var path = GatewayClient.operationPath(
                eventWriter.project(), paper.server().toString(), paper.id().toString());
        var running = openStream("operator", path);
        running.next(block -> block.id() != null);
        eventWriter.move(paper, "pending", "success");
        assertThat(running.toEnd()).hasSize(1);
        for (var i = 0; i < 2 * PER_REPLICA; i++) {
            assertThat(openStream("operator", path).toEnd()).as("ended before").hasSize(2);
            assertThat(openStream("operator", path + "?last_event_id=" + running.lastEventId())
                            .status())
                    .isEqualTo(204);
            assertThat(openStream("operator", path + "?last_event_id=x").status())
                    .isEqualTo(400);
        }
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }

    @Test
    void a_stream_that_fails_to_open_releases_its_slot() {
        eventWriter.run("alter table event rename to event_away");
        try {
            for (var i = 0; i < 2 * PER_CALLER; i++) {
                assertThat(openStream("operator", eventWriter.path()).status()).isEqualTo(503);
            }
        } finally {
            eventWriter.run("alter table event_away rename to event");
        }
        assertThat(openStream("operator", eventWriter.path()).status()).isEqualTo(200);
    }

    @Test
    void many_connects_and_disconnects_leak_no_slot() throws IOException {
        for (var round = 0; round < 40; round++) {
            concurrently(PER_CALLER, "operator", eventWriter.path());
            IntStream.range(0, PER_CALLER).forEach(_ -> requestAndDisconnect(eventWriter.path()));
            open.forEach(EventStream::close);
            open.clear();
        }
        Awaitility.await().atMost(Timeouts.CONDITION).until(streamLimiter::isEmpty);
        assertThat(concurrently(PER_CALLER + 1, "operator", eventWriter.path()))
                .filteredOn(status -> status == 200)
                .hasSize(PER_CALLER);
    }

    private void requestAndDisconnect(String path) {
        var address = URI.create(gateway.url());
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream()
                    .write(("GET " + path
                                    + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer "
                                    + gateway.token("operator") + "\r\n\r\n")
                            .getBytes(US_ASCII));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
