package dev.attachgateway.upstream;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** All that guards one service: shared by all projects, and for each project by itself. */
final class Gate {
    /** Projects come and go with the file of credentials; what they have learnt is forgotten after this. */
    private static final Duration IDLE = Duration.ofMinutes(15);

    private final UpstreamConfig config;
    private final Breaker breaker;
    private final Bulkhead bulkhead;
    private final Wire wire;
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final AtomicLong sweptAt = new AtomicLong(System.nanoTime());

    Gate(Vertx vertx, Service service, UpstreamConfig config, CloudClock clock) {
        this.config = config;
        this.breaker = new Breaker(service, config.breaker(), Guards::isIllHealth);
        this.bulkhead = new Bulkhead(vertx, config.bulkhead());
        this.wire = new Wire(vertx, service, config, clock);
    }

    Breaker breaker() {
        return breaker;
    }

    Bulkhead bulkhead() {
        return bulkhead;
    }

    Wire wire() {
        return wire;
    }

    Lane lane(String projectId) {
        var last = sweptAt.get();
        var now = System.nanoTime();
        if (now - last > IDLE.toNanos() && sweptAt.compareAndSet(last, now)) {
            lanes.values().removeIf(lane -> lane.isIdleFor(IDLE));
        }
        return lanes.computeIfAbsent(projectId, id -> new Lane(config));
    }

    View view(Service service) {
        var now = System.nanoTime();
        return new View(
                service,
                breaker.state(),
                breaker.forced(),
                breaker.nextProbe(),
                bulkhead.running(),
                bulkhead.waiting(),
                lanes.entrySet().stream()
                        .map(lane -> View.Project.of(
                                lane.getKey(),
                                lane.getValue().balance(now),
                                lane.getValue().perSecond(true, now),
                                lane.getValue().perSecond(false, now)))
                        .toList());
    }

    /** Repetitions that may be made at once, over all projects. */
    double budget() {
        var now = System.nanoTime();
        return lanes.values().stream().mapToDouble(lane -> lane.balance(now)).sum();
    }

    /** The lowest rate that was learnt for a project; not a number while there is none. */
    double rate(boolean read) {
        var now = System.nanoTime();
        return lanes.values().stream()
                .mapToDouble(lane -> lane.perSecond(read, now))
                .filter(rate -> !Double.isInfinite(rate))
                .min()
                .orElse(Double.NaN);
    }
}
