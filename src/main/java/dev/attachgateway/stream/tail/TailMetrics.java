package dev.attachgateway.stream.tail;

import dev.attachgateway.database.ClockReading;
import dev.attachgateway.database.DatabaseClock;
import dev.attachgateway.stream.eventlog.Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Measures how late subscribers receive events. The lag of an event begins when its row is written, which is the last
 * statement before its commit, and ends when every event loop has handed it to its sockets; all by the database's
 * clock. Measured once for all subscribers: a loop runs its tasks in order, so a task submitted after the deliveries
 * runs after them.
 */
@Startup
@ApplicationScoped
public class TailMetrics {
    private static final String PREFIX = "attach.gateway.streams.";
    private static final Duration[] BUCKETS = Stream.of(
                    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final List<EventExecutor> loops;
    private final DatabaseClock databaseClock;
    private final TailProgress progress = new TailProgress();
    private final Timer lag;
    private final Counter events;
    private final Counter deliveries;
    private final Counter failures;
    private volatile int memoryEvents;
    private volatile long memoryBytes;

    TailMetrics(Vertx vertx, MeterRegistry registry, DatabaseClock databaseClock) {
        this.databaseClock = databaseClock;
        this.loops = StreamSupport.stream(vertx.nettyEventLoopGroup().spliterator(), false)
                .toList();
        this.lag = Timer.builder(PREFIX + "lag")
                .description(
                        "From the write of an event, just before its commit, until it is handed to all sockets of this replica")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        this.events = counter(registry, "events", "New events that were delivered to at least one subscriber");
        this.deliveries = counter(registry, "deliveries", "Deliveries of new events, each to one subscriber");
        this.failures = counter(registry, "reads.failed", "Reads of new events that failed");
        Gauge.builder(PREFIX + "memory.events", this, tail -> tail.memoryEvents)
                .description("Events in memory, for reconnecting clients")
                .register(registry);
        Gauge.builder(PREFIX + "memory", this, tail -> tail.memoryBytes)
                .description("Approximate memory of the events in memory")
                .baseUnit("bytes")
                .register(registry);
        TimeGauge.builder(
                        PREFIX + "behind",
                        progress,
                        TimeUnit.NANOSECONDS,
                        tail -> tail.behind(System.nanoTime()).toNanos())
                .description("Maximum age of a committed event that is not delivered; 0 while no project is followed")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(PREFIX + name).description(description).register(registry);
    }

    public TailProgress progress() {
        return progress;
    }

    /** Records the size of the buffer. */
    void recordBuffer(RecentEventBuffer recentEventBuffer) {
        memoryEvents = recentEventBuffer.events();
        memoryBytes = recentEventBuffer.bytes();
    }

    /** Records a failed read. */
    void recordFailure() {
        failures.increment();
        progress.fail();
    }

    /** Records a delivery: all events are on their way to the event loops. Before the clock is known, no lag is recorded. */
    void recordDelivery(SubscriberRegistry.Delivery delivery) {
        var delivered = delivery.events();
        if (delivered.isEmpty()) {
            return;
        }
        events.increment(delivered.size());
        deliveries.increment((double) delivery.deliveries());
        databaseClock.estimate().ifPresent(estimate -> recordLag(delivered, estimate.reading()));
    }

    private void recordLag(List<Event> delivered, ClockReading clockReading) {
        var pendingLoops = new AtomicInteger(loops.size());
        loops.forEach(loop -> loop.execute(() -> {
            if (pendingLoops.decrementAndGet() == 0) {
                var now = clockReading.now();
                delivered.forEach(event ->
                        lag.record(Math.max(0, Duration.between(event.at(), now).toNanos()), TimeUnit.NANOSECONDS));
            }
        }));
    }
}
