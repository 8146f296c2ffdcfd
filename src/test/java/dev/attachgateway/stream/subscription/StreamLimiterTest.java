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

/** As many streams as there is room for, and every place that was taken is given back. */
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
    void set() {
        eventWriter = new EventWriter(pool, log);
    }

    @AfterEach
    void everyPlaceIsGivenBack() {
        open.forEach(EventStream::close);
        Awaitility.await().atMost(Timeouts.CONDITION).until(streamLimiter::isEmpty);
    }

    private EventStream opened(String client, String path) {
        var stream = gateway.stream(path, gateway.withToken(client));
        synchronized (open) {
            open.add(stream);
        }
        return stream;
    }

    /** All at the same time; gives back their statuses. */
    private static List<Integer> atOnce(Stream<Callable<EventStream>> requests) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = requests.map(threads::submit).toList();
            var statuses = new ArrayList<Integer>();
            for (var answer : answers) {
                statuses.add(answer.get().status());
            }
            return statuses;
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private List<Integer> atOnce(int count, String client, String path) {
        gateway.token(client);
        return atOnce(IntStream.range(0, count).mapToObj(any -> () -> opened(client, path)));
    }

    private String refusal(String client, String path) {
        var answer = gateway.get(path, gateway.withToken(client, "Accept", "text/event-stream"));
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(5, 10);
        return answer.status() + " " + answer.code() + " " + answer.text("detail");
    }

    private double refused(String of) {
        return metrics.get("attach.gateway.streams.refused")
                .tag("of", of)
                .counter()
                .count();
    }

    @Test
    void of_many_that_come_at_once_a_caller_gets_as_many_as_it_may_have() {
        var before = refused("caller");
        assertThat(atOnce(20, "operator", eventWriter.path()))
                .containsOnly(200, 429)
                .filteredOn(status -> status == 200)
                .hasSize(PER_CALLER);
        assertThat(refusal("operator", new EventWriter(pool, log).path()))
                .as("wherever it asks")
                .isEqualTo("429 Gateway.TooManyStreams The caller has 5 streams open here, and gets no more.");
        assertThat(refused("caller")).isEqualTo(before + 20 - PER_CALLER + 1);
        assertThat(opened("team-1", P1).status()).as("somebody else").isEqualTo(200);
    }

    @Test
    void of_many_that_come_at_once_a_project_gets_as_many_as_it_may_have() {
        var clients = List.of("attacher", "team-1", "team-2", "team-3");
        clients.forEach(gateway::token);
        assertThat(atOnce(clients.stream()
                        .flatMap(client -> IntStream.range(0, PER_CALLER).mapToObj(any -> () -> opened(client, P1)))))
                .containsOnly(200, 429)
                .filteredOn(status -> status == 200)
                .hasSize(PER_PROJECT);
        assertThat(refusal("team-4", P1))
                .isEqualTo("429 Gateway.TooManyStreams The project has 8 streams open here, and gets no more.");
        assertThat(opened("operator", eventWriter.path()).status())
                .as("elsewhere")
                .isEqualTo(200);
    }

    @Test
    void of_many_that_come_at_once_the_replica_takes_as_many_as_it_has_room_for() {
        var paths = Map.of("attacher", P1, "operator", eventWriter.path(), "viewer", new EventWriter(pool, log).path());
        paths.keySet().forEach(gateway::token);
        assertThat(atOnce(paths.entrySet().stream()
                        .flatMap(each -> IntStream.range(0, PER_CALLER)
                                .mapToObj(any -> () -> opened(each.getKey(), each.getValue())))))
                .containsOnly(200, 503)
                .filteredOn(status -> status == 200)
                .hasSize(PER_REPLICA);
        assertThat(refusal("team-1", P1))
                .isEqualTo("503 Gateway.ReplicaFull This replica has 12 streams open, and takes no more.");
    }

    @Test
    void whoever_is_refused_gets_in_once_somebody_has_left() {
        var mine = IntStream.range(0, PER_CALLER)
                .mapToObj(any -> opened("operator", eventWriter.path()))
                .toList();
        assertThat(opened("operator", eventWriter.path()).status()).isEqualTo(429);
        mine.getFirst().close();
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> opened("operator", eventWriter.path()).status() == 200);
        assertThat(opened("operator", eventWriter.path()).status()).isEqualTo(429);
    }

    @Test
    void a_stream_that_ends_by_itself_or_never_begins_gives_its_place_back() {
        var paper = Paper.some();
        eventWriter.begin(paper);
        var path = GatewayClient.operationPath(
                eventWriter.project(), paper.server().toString(), paper.id().toString());
        var running = opened("operator", path);
        running.next(block -> block.id() != null);
        eventWriter.move(paper, "pending", "success");
        assertThat(running.toEnd()).hasSize(1);
        for (var i = 0; i < 2 * PER_REPLICA; i++) {
            assertThat(opened("operator", path).toEnd()).as("ended before").hasSize(2);
            assertThat(opened("operator", path + "?last_event_id=" + running.lastEventId())
                            .status())
                    .isEqualTo(204);
            assertThat(opened("operator", path + "?last_event_id=x").status()).isEqualTo(400);
        }
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }

    @Test
    void a_stream_that_cannot_be_begun_gives_its_place_back() {
        eventWriter.run("alter table event rename to event_away");
        try {
            for (var i = 0; i < 2 * PER_CALLER; i++) {
                assertThat(opened("operator", eventWriter.path()).status()).isEqualTo(503);
            }
        } finally {
            eventWriter.run("alter table event_away rename to event");
        }
        assertThat(opened("operator", eventWriter.path()).status()).isEqualTo(200);
    }

    @Test
    void after_much_coming_and_going_there_is_as_much_room_as_before() throws IOException {
        for (var round = 0; round < 40; round++) {
            atOnce(PER_CALLER, "operator", eventWriter.path());
            IntStream.range(0, PER_CALLER).forEach(any -> askAndLeave(eventWriter.path()));
            open.forEach(EventStream::close);
            open.clear();
        }
        Awaitility.await().atMost(Timeouts.CONDITION).until(streamLimiter::isEmpty);
        assertThat(atOnce(PER_CALLER + 1, "operator", eventWriter.path()))
                .filteredOn(status -> status == 200)
                .hasSize(PER_CALLER);
    }

    private void askAndLeave(String path) {
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
