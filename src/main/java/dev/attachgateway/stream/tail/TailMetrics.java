package dev.attachgateway.stream.tail;

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
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * How late watchers are told. The lag of an event begins when its row is written, which is the last thing before its
 * commit, and ends when every event loop has handed it to its sockets; all by the database's clock. Measured once for all
 * watchers: a loop does what it is told in order, so a task that comes after the deliveries runs after them.
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
    private final DatabaseClock clock = new DatabaseClock();
    private final TailProgress progress = new TailProgress();
    private final Timer lag;
    private final Counter events;
    private final Counter deliveries;
    private final Counter failures;
    private volatile int memoryEvents;
    private volatile long memoryBytes;

    TailMetrics(Vertx vertx, MeterRegistry registry) {
        this.loops = StreamSupport.stream(vertx.nettyEventLoopGroup().spliterator(), false)
                .toList();
        this.lag = Timer.builder(PREFIX + "lag")
                .description(
                        "From the writing of an event, just before its commit, until it is handed to all sockets here")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        this.events = counter(registry, "events", "Events that were told to anybody as they came");
        this.deliveries = counter(registry, "deliveries", "How often they were told, to one watcher each");
        this.failures = counter(registry, "reads.failed", "Reads of new events that failed");
        Gauge.builder(PREFIX + "memory.events", this, it -> it.memoryEvents)
                .description("Events in memory, for clients that come back")
                .register(registry);
        Gauge.builder(PREFIX + "memory", this, it -> it.memoryBytes)
                .description("What they take, roughly")
                .baseUnit("bytes")
                .register(registry);
        TimeGauge.builder(
                        PREFIX + "behind",
                        progress,
                        TimeUnit.NANOSECONDS,
                        it -> it.behind(System.nanoTime()).toNanos())
                .description("How old an event can be that is committed and not told yet; 0 while nobody watches")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(PREFIX + name).description(description).register(registry);
    }

    public TailProgress progress() {
        return progress;
    }

    /** How much is remembered now. */
    void remembered(RecentEventBuffer recentEventBuffer) {
        memoryEvents = recentEventBuffer.events();
        memoryBytes = recentEventBuffer.bytes();
    }

    /** A read was answered, at this moment of the database's clock. */
    void answered(Instant at) {
        clock.heard(at, System.nanoTime());
    }

    /** Positions are of another history, and perhaps times of another clock. */
    void anotherHistory() {
        clock.forget();
    }

    /** A read has failed. */
    void failed() {
        failures.increment();
        progress.fail();
    }

    /** Watchers were told: all deliveries are on their way to the event loops. */
    void told(SubscriberRegistry.Told told) {
        var news = told.events();
        if (news.isEmpty()) {
            return;
        }
        events.increment(news.size());
        deliveries.increment((double) told.times());
        var ahead = clock.ahead();
        var left = new AtomicInteger(loops.size());
        loops.forEach(loop -> loop.execute(() -> {
            if (left.decrementAndGet() == 0) {
                var now = System.nanoTime() + ahead;
                news.forEach(event ->
                        lag.record(Math.max(0, now - DatabaseClock.nanos(event.at())), TimeUnit.NANOSECONDS));
            }
        }));
    }
}
