package dev.attachgateway.stream.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.database.DatabaseClock;
import dev.attachgateway.stream.eventlog.Event;
import dev.attachgateway.testkit.Timeouts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Proves that the lag ends when the last event loop has handed the event on, by the database's clock. */
class TailMetricsTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Instant databaseTime = Instant.now();
    private final DatabaseClock databaseClock =
            new DatabaseClock(() -> Uni.createFrom().item(databaseTime), System::nanoTime);
    private final TailMetrics metrics = new TailMetrics(vertx, registry, databaseClock);

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static Event event(Instant at) {
        var id = UUID.randomUUID();
        return new Event("p", 1, id, id, id, "t", "a:b", null, "pending", at, null, "{}");
    }

    private Instant readClock() {
        return databaseClock.now().await().atMost(LIMIT);
    }

    private long recorded() {
        return registry.get("attach.gateway.streams.lag").timer().count();
    }

    private double longest() {
        return registry.get("attach.gateway.streams.lag").timer().max(TimeUnit.MILLISECONDS);
    }

    private double count(String name) {
        return registry.get("attach.gateway.streams." + name).counter().count();
    }

    @Test
    void the_lag_lasts_until_the_slowest_event_loop_has_handed_the_event_on() throws InterruptedException {
        var now = readClock();
        var released = new CountDownLatch(1);
        var busy = vertx.nettyEventLoopGroup().next();
        busy.execute(() -> await(released));
        metrics.recordDelivery(new SubscriberRegistry.Delivery(List.of(event(now), event(now.minusMillis(700))), 10));
        for (var loop : vertx.nettyEventLoopGroup()) {
            if (loop != busy) {
                assertThat(loop.submit(() -> {}).await(10, TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(recorded()).isZero();
        released.countDown();
        Awaitility.await().atMost(LIMIT).until(() -> recorded() == 2);
        assertThat(longest()).isBetween(700d, 5_000d);
        assertThat(count("events")).isEqualTo(2);
        assertThat(count("deliveries")).isEqualTo(10);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_database_clock_that_is_hours_off_does_not_affect_the_lag() {
        databaseTime = databaseTime.plusSeconds(7_200);
        var now = readClock();
        metrics.recordDelivery(new SubscriberRegistry.Delivery(List.of(event(now.minusMillis(200))), 1));
        Awaitility.await().atMost(LIMIT).until(() -> recorded() == 1);
        assertThat(longest()).isBetween(200d, 5_000d);
    }

    @Test
    void without_a_reading_of_the_database_clock_events_are_counted_and_no_lag_is_recorded() {
        metrics.recordDelivery(new SubscriberRegistry.Delivery(List.of(event(databaseTime)), 1));
        assertThat(count("events")).isEqualTo(1);
        readClock();
        metrics.recordDelivery(new SubscriberRegistry.Delivery(List.of(event(databaseTime)), 1));
        Awaitility.await().atMost(LIMIT).until(() -> recorded() == 1);
    }

    @Test
    void events_without_subscribers_are_not_recorded() {
        metrics.recordDelivery(new SubscriberRegistry.Delivery(List.of(), 0));
        assertThat(count("events")).isZero();
    }
}
