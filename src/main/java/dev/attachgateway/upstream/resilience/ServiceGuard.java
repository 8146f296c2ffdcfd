package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.CloudClock;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.http.HttpTransport;
import dev.attachgateway.upstream.http.UpstreamConfig;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** All that guards one service: shared by all projects, and for each project by itself. */
final class ServiceGuard {
    /** Projects come and go with the file of credentials; what they have learnt is forgotten after this. */
    private static final Duration IDLE = Duration.ofMinutes(15);

    private final UpstreamConfig config;
    private final ServiceCircuitBreaker breaker;
    private final ProjectBulkhead bulkhead;
    private final HttpTransport httpTransport;
    private final Map<String, ProjectGuard> lanes = new ConcurrentHashMap<>();
    private final AtomicLong sweptAt = new AtomicLong(System.nanoTime());

    ServiceGuard(Vertx vertx, CloudService service, UpstreamConfig config, CloudClock clock) {
        this.config = config;
        this.breaker = new ServiceCircuitBreaker(service, config.breaker(), CloudGuards::isIllHealth);
        this.bulkhead = new ProjectBulkhead(vertx, config.bulkhead());
        this.httpTransport = new HttpTransport(vertx, service, config, clock);
    }

    ServiceCircuitBreaker breaker() {
        return breaker;
    }

    ProjectBulkhead bulkhead() {
        return bulkhead;
    }

    HttpTransport wire() {
        return httpTransport;
    }

    ProjectGuard lane(String projectId) {
        var last = sweptAt.get();
        var now = System.nanoTime();
        if (now - last > IDLE.toNanos() && sweptAt.compareAndSet(last, now)) {
            lanes.values().removeIf(projectGuard -> projectGuard.isIdleFor(IDLE));
        }
        return lanes.computeIfAbsent(projectId, id -> new ProjectGuard(config));
    }

    GuardSnapshot view(CloudService service) {
        var now = System.nanoTime();
        return new GuardSnapshot(
                service,
                breaker.state(),
                breaker.forced(),
                breaker.nextProbe(),
                bulkhead.running(),
                bulkhead.waiting(),
                lanes.entrySet().stream()
                        .map(lane -> GuardSnapshot.Project.of(
                                lane.getKey(),
                                lane.getValue().balance(now),
                                lane.getValue().perSecond(true, now),
                                lane.getValue().perSecond(false, now)))
                        .toList());
    }

    /** Repetitions that may be made at once, over all projects. */
    double budget() {
        var now = System.nanoTime();
        return lanes.values().stream()
                .mapToDouble(projectGuard -> projectGuard.balance(now))
                .sum();
    }

    /** The lowest rate that was learnt for a project; not a number while there is none. */
    double rate(boolean read) {
        var now = System.nanoTime();
        return lanes.values().stream()
                .mapToDouble(projectGuard -> projectGuard.perSecond(read, now))
                .filter(rate -> !Double.isInfinite(rate))
                .min()
                .orElse(Double.NaN);
    }
}
